// Runs checks one after another, a line for each; and what several of them need.
import assert from 'node:assert/strict';

/** Longer than any check takes on a busy machine: an agent starts, calls its tools and ends. */
const CHECK_MS_MAX = 120_000;
const WAIT_MS_MAX = 20_000;
const POLL_MS = 50;
const REASON_MAX = 400;

/** Answers like --demo does: what it is, what was asked; calls the function that a prompt names. */
export const demo = { baseURL: `${process.env.DEMO_URL}/v1`, apiKey: 'unused' };

/** Does what the prompt's lines say (ScriptedModel in the tests); asks for a key. */
export const scripted = { baseURL: `${process.env.SCRIPTED_URL}/v1`, apiKey: process.env.SCRIPTED_KEY };

export const MODEL = 'sonnet';

/** add, twice, the second time with the first sum; then the conversation as the model has seen it. */
export const ADD_TWICE = [
  'Add 1, 2 and 3.',
  '#call add {"a":1,"b":2}', '#then',
  '#call add {"a":3,"b":3}', '#then',
  '#echo',
].join('\n');

let passed = 0;
let failed = 0;

/** Runs one check, which fails by throwing. */
export async function check(name, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing after ${CHECK_MS_MAX / 1000} s`)), CHECK_MS_MAX);
  });
  const started = Date.now();
  try {
    await Promise.race([body(), late]);
    passed++;
    console.log(`ok   ${name}${time(started)}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${reason(error)}${time(started)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Says how many passed, and ends the program. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

const time = (started) => (process.env.TIMES ? ` (${Date.now() - started} ms)` : '');

/** The error's own words in one line. */
function reason(error) {
  return process.env.STACKS ? error.stack : String(error.message).replace(/\s+/g, ' ').slice(0, REASON_MAX);
}

/** What the model saw, as ADD_TWICE makes it tell. */
export function assertAddedTwice(echoed) {
  const lines = JSON.parse(echoed);
  const calls = lines.filter((line) => !line.startsWith('user: '));
  assert.deepEqual(calls, [
    'assistant calls mcp__client__add {"a":1,"b":2}', 'user result: 3',
    'assistant calls mcp__client__add {"a":3,"b":3}', 'user result: 6',
  ]);
}

/** Waits until the condition holds. Returns how long that took, in milliseconds. */
export async function until(condition, what) {
  const started = Date.now();
  while (!(await condition())) {
    if (Date.now() - started > WAIT_MS_MAX) {
      throw new Error(`${what}: not within ${WAIT_MS_MAX / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return Date.now() - started;
}

/** GET of the scripted gateway's own routes. */
export async function get(path) {
  const response = await fetch(scripted.baseURL + path,
    { headers: { authorization: `Bearer ${scripted.apiKey}` } });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return response.json();
}
