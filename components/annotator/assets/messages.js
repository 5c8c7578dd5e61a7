// The interface language. Keys are English sentences with {name} fields, as in the catalogues.

let catalogue = {};

// Korean particles that depend on the sound before them, as core/particles.py has them.
const FORMS = { "은(는)": ["은", "는"], "이(가)": ["이", "가"], "을(를)": ["을", "를"], "과(와)": ["과", "와"], "(으)로": ["으로", "로"] };
const FIELD = /\{(\w+)\}(은\(는\)|이\(가\)|을\(를\)|과\(와\)|\(으\)로)?/g;
const RIEUL = 8;
const DIGITS = { 0: 21, 1: RIEUL, 3: 16, 6: 1, 7: RIEUL, 8: RIEUL };

/** The text of a message in the current language, with its fields filled. */
export function t(message, values) {
  const text = catalogue[message] || message;
  return values ? filled(text, values) : text;
}

/** A text with its fields filled, each followed by the particle that fits it. Pure. */
export function filled(text, values) {
  return text.replace(FIELD, (field, name, forms) => {
    if (!(name in values)) return field;
    const word = String(values[name]);
    return forms ? word + particle(word, forms) : word;
  });
}

/** The form that follows a word, or both where its last sound is not known. */
function particle(word, forms) {
  const last = word.at(-1) ?? "";
  const final = /[0-9]/.test(last) ? (DIGITS[last] ?? 0) : /[가-힣]/.test(last) ? (last.charCodeAt(0) - 0xac00) % 28 : null;
  if (final === null) return forms;
  const [closed, opened] = FORMS[forms];
  return final === 0 || (final === RIEUL && forms === "(으)로") ? opened : closed;
}

/** Load a language; without a catalogue the English keys are shown. */
export async function loadLanguage(language, fetchJson) {
  try {
    catalogue = (await fetchJson(`/api/messages/${language}.json`)) || {};
  } catch {
    catalogue = {};
  }
}
