// Vercel's AI SDK, with both of its providers that speak chat completions.
import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Output, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from 'ai';
import { z } from 'zod';
import { ADD_TWICE, MODEL, assertAddedTwice, check, demo, scripted } from './checks.mjs';

const providers = {
  '@ai-sdk/openai-compatible': (settings) => createOpenAICompatible(
    { name: 'gateway', ...settings, includeUsage: true, supportsStructuredOutputs: true })(MODEL),
  '@ai-sdk/openai': (settings) => createOpenAI(settings).chat(MODEL),
};
const add = tool({
  description: 'Adds two numbers',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: async ({ a, b }) => String(a + b),
});
const Recipe = z.object({
  name: z.string(),
  minutes: z.number(),
  steps: z.array(z.object({ text: z.string(), optional: z.boolean() })).min(1),
});

for (const [provider, model] of Object.entries(providers)) {
  await check(`${provider}: generateText`, async () => {
    const { text, usage, finishReason } =
      await generateText({ model: model(demo), system: 'Be brief.', prompt: 'Good morning' });
    assert.match(text, /You asked: “Good morning”/);
    assert.equal(finishReason, 'stop');
    assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0);
  });

  await check(`${provider}: generateText with tools over several steps`, async () => {
    const { text, steps } = await generateText(
      { model: model(scripted), prompt: ADD_TWICE, tools: { add }, stopWhen: stepCountIs(5) });
    assertAddedTwice(text);
    assert.deepEqual(steps.map((step) => step.finishReason), ['tool-calls', 'tool-calls', 'stop']);
  });

  await check(`${provider}: streamText`, async () => {
    const { textStream, usage, finishReason } = streamText({ model: model(demo), prompt: 'Hello' });
    const deltas = [];
    for await (const delta of textStream) deltas.push(delta);
    assert.ok(deltas.length > 10, `${deltas.length} deltas`);
    assert.match(deltas.join(''), /^I am the demo model/);
    assert.equal(await finishReason, 'stop');
    assert.ok((await usage).outputTokens > 0);
  });

  await check(`${provider}: streamText with tools over several steps`, async () => {
    const result = streamText(
      { model: model(scripted), prompt: ADD_TWICE, tools: { add }, stopWhen: stepCountIs(5) });
    const kinds = new Set();
    for await (const part of result.fullStream) {
      if (part.type === 'error') throw part.error;
      kinds.add(part.type);
    }
    for (const kind of ['tool-input-start', 'tool-input-delta', 'tool-call', 'tool-result', 'text-delta']) {
      assert.ok(kinds.has(kind), `no ${kind} in ${[...kinds]}`);
    }
    assertAddedTwice(await result.text);
  });

  await check(`${provider}: generateObject`, async () => {
    const { object } = await generateObject(
      { model: model(demo), schema: Recipe, prompt: 'Tea in 4 minutes' });
    assert.equal(Recipe.parse(object).minutes, 4);
  });

  await check(`${provider}: generateObject of an array and of a choice`, async () => {
    const { object: list } = await generateObject(
      { model: model(demo), output: 'array', schema: Recipe, prompt: 'Tea in 4 minutes' });
    assert.ok(list.length > 0 && list.every((each) => Recipe.safeParse(each).success), JSON.stringify(list));
    const { object: choice } = await generateObject(
      { model: model(demo), output: 'enum', enum: ['tea', 'coffee'], prompt: 'I like coffee.' });
    assert.equal(choice, 'coffee');
  });

  await check(`${provider}: streamObject`, async () => {
    const result = streamObject({ model: model(demo), schema: Recipe, prompt: 'Tea in 4 minutes' });
    let partial = 0;
    for await (const _ of result.partialObjectStream) partial++;
    assert.equal((await result.object).minutes, 4);
    assert.ok(partial > 1, `${partial} partial objects`);
  });

  await check(`${provider}: generateText with tools, then an object`, async () => {
    const { output, steps } = await generateText({ model: model(scripted), tools: { add },
      stopWhen: stepCountIs(5), output: Output.object({ schema: z.object({ sum: z.number() }) }),
      prompt: 'Add.\n#call add {"a":1,"b":2}\n#then\n#json {"sum":3}' });
    assert.deepEqual(output, { sum: 3 });
    assert.equal(steps.length, 2);
  });

  await check(`${provider}: an unknown model's error is not tried again`, async () => {
    await assert.rejects(generateText({ model: (provider === '@ai-sdk/openai'
      ? createOpenAI(scripted).chat('gpt-4o')
      : createOpenAICompatible({ name: 'gateway', ...scripted })('gpt-4o')), prompt: 'Hi' }),
    (thrown) => thrown.statusCode === 404 && thrown.isRetryable === false && /gpt-4o/.test(thrown.message));
  });
}

await check('@ai-sdk/openai-compatible: reasoning as a part of its own', async () => {
  const { reasoningText, text } = await generateText({ model: providers['@ai-sdk/openai-compatible'](demo),
    prompt: 'Please think about tea.', providerOptions: { gateway: { reasoningEffort: 'high' } } });
  assert.match(reasoningText, /tea/);
  assert.match(text, /You asked/);
});
