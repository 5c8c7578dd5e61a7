// The modules under test, from the place the server serves them from.
export const load = (name) => import(new URL(`../../../components/annotator/assets/${name}`, import.meta.url));
