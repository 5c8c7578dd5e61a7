// The interface language. Keys are English sentences with {name} fields, as in the catalogues.

let catalogue = {};

/** The text of a message in the current language, with its fields filled. */
export function t(message, values) {
  const text = catalogue[message] || message;
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (field, name) => (name in values ? String(values[name]) : field));
}

/** Load a language; without a catalogue the English keys are shown. */
export async function loadLanguage(language, fetchJson) {
  try {
    catalogue = (await fetchJson(`/api/messages/${language}.json`)) || {};
  } catch {
    catalogue = {};
  }
}
