// Every check, or those of the parts that are named.
import { finish } from './checks.mjs';

const PARTS = ['openai', 'ai-sdk', 'langchain', 'agents'];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  console.error(`${unknown} is not a part: ${PARTS.join(' ')}`);
  process.exit(64);
}
for (const part of wanted.length > 0 ? wanted : PARTS) {
  await import(`./${part}.mjs`);
}
finish();
