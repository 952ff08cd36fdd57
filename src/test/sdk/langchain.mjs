// LangChain's ChatOpenAI.
import assert from 'node:assert/strict';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { ADD_TWICE, MODEL, assertAddedTwice, check, demo, scripted } from './checks.mjs';

const model = ({ baseURL, apiKey }) => new ChatOpenAI(
  { model: MODEL, apiKey, configuration: { baseURL }, maxRetries: 1 });
const add = tool(async ({ a, b }) => String(a + b), {
  name: 'add', description: 'Adds two numbers', schema: z.object({ a: z.number(), b: z.number() }) });
const Person = z.object({ name: z.string(), age: z.number() });

/** Calls and answers until there is no call left. */
async function loop(bound, messages, ask) {
  for (let step = 0; step < 5; step++) {
    const answer = await ask(bound, messages);
    messages.push(answer);
    if (!answer.tool_calls?.length) return answer;
    for (const call of answer.tool_calls) {
      messages.push(new ToolMessage({ tool_call_id: call.id, content: await add.invoke(call.args) }));
    }
  }
  throw new Error('five steps were not enough');
}

await check('langchain: invoke', async () => {
  const answer = await model(demo).invoke([new SystemMessage('Be brief.'), new HumanMessage('Good morning')]);
  assert.match(answer.content, /You asked: “Good morning”/);
  assert.ok(answer.usage_metadata.output_tokens > 0);
  assert.equal(answer.response_metadata.finish_reason, 'stop');
});

await check('langchain: stream', async () => {
  const chunks = [];
  for await (const chunk of await model(demo).stream('Hello')) chunks.push(chunk);
  const whole = chunks.reduce((a, b) => a.concat(b));
  assert.ok(chunks.length > 10, `${chunks.length} chunks`);
  assert.match(whole.content, /^I am the demo model/);
  assert.ok(whole.usage_metadata.output_tokens > 0);
});

await check('langchain: bindTools, round after round', async () => {
  const answer = await loop(model(scripted).bindTools([add]), [new HumanMessage(ADD_TWICE)],
    (bound, messages) => bound.invoke(messages));
  assertAddedTwice(answer.content);
});

await check('langchain: bindTools, streamed', async () => {
  const answer = await loop(model(scripted).bindTools([add]), [new HumanMessage(ADD_TWICE)],
    async (bound, messages) => {
      let whole;
      for await (const chunk of await bound.stream(messages)) whole = whole ? whole.concat(chunk) : chunk;
      return whole;
    });
  assertAddedTwice(answer.content);
});

for (const method of ['jsonSchema', 'functionCalling', 'jsonMode']) {
  await check(`langchain: withStructuredOutput, ${method}`, async () => {
    const [target, prompt] = method === 'jsonMode'
      ? [scripted, 'As JSON:\n#json {"name":"Ada","age":7}'] : [demo, 'Who is 7 years old?'];
    const answer =
      await model(target).withStructuredOutput(Person, { name: 'person', method }).invoke(prompt);
    assert.equal(Person.parse(answer).age, 7);
  });
}

await check('langchain: batch, beside each other', async () => {
  const answers = await model(scripted).batch(['#say one', '#say two', '#say three']);
  assert.deepEqual(answers.map((answer) => answer.content.trim()), ['one', 'two', 'three']);
});
