// OpenAI's own SDK.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { ADD_TWICE, MODEL, assertAddedTwice, check, demo, get, scripted, until } from './checks.mjs';

const client = new OpenAI(scripted);
const demoClient = new OpenAI(demo);
const says = (text) => [{ role: 'user', content: text }];
const add = {
  type: 'function',
  function: {
    name: 'add',
    description: 'Adds two numbers',
    parameters: {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    },
    parse: JSON.parse,
    function: ({ a, b }) => String(a + b),
  },
};
const Person = z.object({ name: z.string(), age: z.number().int(), tags: z.array(z.string()) });

await check('openai: models.list', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    assert.equal(model.object, 'model');
    ids.push(model.id);
  }
  assert.ok(ids.length >= 3 && ids.every((id) => id.startsWith('claude-')), ids.join());
});

await check('openai: models.retrieve, by id and alias', async () => {
  const first = (await client.models.list()).data[0];
  assert.deepEqual(await client.models.retrieve(first.id), first);
  assert.match((await client.models.retrieve(MODEL)).id, /^claude-.*sonnet/);
});

await check('openai: a whole answer, with usage and the model that answered', async () => {
  const answer = await demoClient.chat.completions.create({ model: MODEL, messages: says('Good morning') });
  assert.equal(answer.object, 'chat.completion');
  assert.match(answer.choices[0].message.content, /You asked: “Good morning”/);
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.match(answer.model, /^claude-.*sonnet/);
  assert.ok(answer._request_id);
  assert.ok(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

await check('openai: a resent history is one conversation', async () => {
  const messages = says('Remember the word heron.');
  const first = await client.chat.completions.create({ model: MODEL, messages });
  messages.push(first.choices[0].message, ...says('#echo'));
  const { data, response } = await client.chat.completions.create({ model: MODEL, messages }).withResponse();
  assert.deepEqual(JSON.parse(data.choices[0].message.content), [
    'user: Remember the word heron.', 'assistant: You said: Remember the word heron.', 'user: #echo']);
  const stored = await get(`/sessions/${response.headers.get('x-session-id')}/messages`);
  assert.equal(stored.data.length, 4);
});

await check('openai: a stream in several deltas, with usage', async () => {
  const stream = await demoClient.chat.completions.create({
    model: MODEL, messages: says('Hello'), stream: true, stream_options: { include_usage: true } });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const deltas = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean);
  assert.ok(deltas.length > 10, `${deltas.length} deltas`);
  assert.match(deltas.join(''), /^I am the demo model/);
  assert.deepEqual(chunks.flatMap((chunk) => chunk.choices).map((choice) => choice.finish_reason)
    .filter(Boolean), ['stop']);
  assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
  assert.deepEqual(chunks.at(-1).choices, []);
  assert.ok(chunks.at(-1).usage.completion_tokens > 0);
  assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
});

await check('openai: abort ends the turn, and the gateway is usable at once', async () => {
  const messages = says('#tokens 2000 50');
  const { data: stream, response } =
    await client.chat.completions.create({ model: MODEL, messages, stream: true }).withResponse();
  const path = `/chat/completions/${response.headers.get('x-session-id')}/status`;
  let deltas = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content && ++deltas === 3) {
      assert.equal((await get(path)).is_running, true);
      stream.controller.abort();
    }
  }
  assert.ok(deltas < 2000, 'it went on');
  const started = Date.now();
  const next = await client.chat.completions.create({ model: MODEL, messages: says('#say Here.') });
  assert.equal(next.choices[0].message.content, 'Here.');
  assert.ok(Date.now() - started < 10_000, `${Date.now() - started} ms`);
  await until(async () => !(await get(path)).is_running, 'the aborted turn ends');
});

await check('openai: NotFoundError for a model of another vendor', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'gpt-4o', messages: says('Hi') }),
    (thrown) => thrown instanceof OpenAI.NotFoundError && thrown.code === 'model_not_found'
      && thrown.param === 'model' && /claude-/.test(thrown.message));
});

await check('openai: BadRequestError that names the parameter, for a stream too', async () => {
  for (const stream of [false, true]) {
    await assert.rejects(
      client.chat.completions.create({ model: MODEL, messages: says('Hi'), temperature: 3, stream }),
      (thrown) => thrown instanceof OpenAI.BadRequestError && thrown.param === 'temperature'
        && thrown.type === 'invalid_request_error');
  }
  await assert.rejects(client.chat.completions.create({ model: MODEL, messages: [] }),
    (thrown) => thrown instanceof OpenAI.BadRequestError && thrown.param === 'messages');
});

await check('openai: AuthenticationError for a wrong key', async () => {
  const stranger = new OpenAI({ ...scripted, apiKey: 'sk-wrong' });
  for (const ask of [() => stranger.models.list(),
    () => stranger.chat.completions.create({ model: MODEL, messages: says('Hi'), stream: true })]) {
    await assert.rejects(ask(), (thrown) => thrown instanceof OpenAI.AuthenticationError
      && thrown.code === 'invalid_api_key');
  }
});

await check('openai: RateLimitError when the model refuses so', async () => {
  const impatient = new OpenAI({ ...scripted, maxRetries: 0 });
  await assert.rejects(
    impatient.chat.completions.create({ model: MODEL, messages: says('#error 429'), stream: true }),
    (thrown) => thrown instanceof OpenAI.RateLimitError);
});

await check('openai: APIError in the middle of a stream', async () => {
  const stream = await client.chat.completions.create({ model: MODEL, stream: true,
    messages: says('#tokens 5\n#overloaded 0\n#then\n#error 400') });
  await assert.rejects(async () => {
    for await (const chunk of stream) assert.ok(chunk.choices);
  }, (thrown) => thrown instanceof OpenAI.APIError && thrown.message.length > 0);
});

await check('openai: runTools over several steps', async () => {
  const runner = client.chat.completions.runTools({ model: MODEL, messages: says(ADD_TWICE), tools: [add] });
  assertAddedTwice(await runner.finalContent());
  assert.equal(runner.messages.filter((message) => message.role === 'tool').length, 2);
});

await check('openai: runTools, streamed', async () => {
  const runner = client.chat.completions.runTools(
    { model: MODEL, messages: says(ADD_TWICE), tools: [add], stream: true,
      stream_options: { include_usage: true } });
  let fragments = 0;
  runner.on('chunk', (chunk) => { fragments += chunk.choices[0]?.delta.tool_calls?.length ?? 0; });
  assertAddedTwice(await runner.finalContent());
  assert.ok(fragments > 2, `${fragments} fragments`);
  assert.ok((await runner.totalUsage()).completion_tokens > 0);
});

await check('openai: two calls in one message, the results in another order', async () => {
  const { parse, function: run, ...declared } = add.function;
  const tools = [{ type: 'function', function: declared }];
  const messages = says('#call add {"a":1,"b":2}\n#call add {"a":3,"b":4}\n#then\n#echo');
  const { message, finish_reason } =
    (await client.chat.completions.create({ model: MODEL, messages, tools })).choices[0];
  assert.equal(finish_reason, 'tool_calls');
  assert.equal(message.tool_calls.length, 2);
  messages.push(message, ...message.tool_calls.toReversed().map((call) => (
    { role: 'tool', tool_call_id: call.id, content: run(parse(call.function.arguments)) })));
  const answer = await client.chat.completions.create({ model: MODEL, messages, tools });
  assert.deepEqual(JSON.parse(answer.choices[0].message.content).slice(-2).toSorted(),
    ['user result: 3', 'user result: 7']);
});

await check('openai: tool_choice of a named function, and required', async () => {
  const { parse, function: run, ...declared } = add.function;
  const tools = [{ type: 'function', function: declared }];
  for (const tool_choice of [{ type: 'function', function: { name: 'add' } }, 'required']) {
    const answer = await demoClient.chat.completions.create(
      { model: MODEL, messages: says('Good evening'), tools, tool_choice });
    assert.equal(answer.choices[0].message.tool_calls[0].function.name, 'add');
    assert.equal(typeof run(parse(answer.choices[0].message.tool_calls[0].function.arguments)), 'string');
  }
});

await check('openai: parse with a zod schema', async () => {
  const answer = await demoClient.chat.completions.parse({
    model: MODEL,
    messages: says('Who is 7 years old?'),
    response_format: zodResponseFormat(Person, 'person'),
  });
  assert.equal(answer.choices[0].message.parsed.age, 7);
  Person.parse(answer.choices[0].message.parsed);
});

await check('openai: parse with a zod function', async () => {
  const answer = await demoClient.chat.completions.parse({ model: MODEL,
    messages: says('Call save_person for the one of 9 years.'),
    tools: [zodFunction({ name: 'save_person', parameters: Person })] });
  assert.equal(answer.choices[0].message.tool_calls[0].function.parsed_arguments.age, 9);
});

await check('openai: json_object', async () => {
  const answer = await client.chat.completions.create({
    model: MODEL, messages: says('As JSON:\n#json {"a":[1,2]}'), response_format: { type: 'json_object' } });
  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { a: [1, 2] });
});

await check('openai: stream helper, its events and its final completion', async () => {
  const stream = client.chat.completions.stream(
    { model: MODEL, messages: says('#tokens 30 5'), stream_options: { include_usage: true } });
  const seen = { connect: 0, chunk: 0, content: 0, 'content.delta': 0, 'content.done': 0, end: 0 };
  for (const event of Object.keys(seen)) stream.on(event, () => { seen[event]++; });
  let snapshot = '';
  stream.on('content', (_, whole) => { snapshot = whole; });
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices[0].message.content, snapshot);
  assert.match(snapshot, /^w0 .* w29 $/);
  assert.ok(seen['content.delta'] > 5 && seen['content.done'] === 1 && seen.connect === 1,
    JSON.stringify(seen));
  assert.ok(final.usage.completion_tokens >= 30);
});

await check('openai: stream helper with a schema: parsed as it grows', async () => {
  const stream = demoClient.chat.completions.stream({ model: MODEL, messages: says('Who is 7 years old?'),
    response_format: zodResponseFormat(Person, 'person') });
  let growing = 0;
  stream.on('content.delta', ({ parsed }) => { growing += parsed ? 1 : 0; });
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices[0].message.parsed.age, 7);
  assert.ok(growing > 1, `${growing} deltas`);
});

await check('openai: stream helper with tools: arguments as they come', async () => {
  const stream = client.chat.completions.stream({
    model: MODEL,
    messages: says('#call fragment=6 add {"a":11,"b":22}'),
    tools: [zodFunction({ name: 'add', parameters: z.object({ a: z.number(), b: z.number() }) })],
  });
  let deltas = 0;
  const done = [];
  stream.on('tool_calls.function.arguments.delta', () => { deltas++; });
  stream.on('tool_calls.function.arguments.done', (call) => { done.push(call.parsed_arguments); });
  await stream.finalChatCompletion();
  assert.deepEqual(done, [{ a: 11, b: 22 }]);
  assert.ok(deltas > 1, `${deltas} deltas`);
});

await check('openai: toReadableStream and back', async () => {
  const stream = client.chat.completions.stream({ model: MODEL, messages: says('#tokens 10') });
  const { ChatCompletionStream } = await import('openai/lib/ChatCompletionStream');
  const copy = ChatCompletionStream.fromReadableStream(stream.toReadableStream());
  assert.match(await copy.finalContent(), /^w0 .* w9 $/);
});

await check('openai: a retry after a broken connection runs no second turn', async () => {
  for (const headers of [{}, { 'Idempotency-Key': `check-${Date.now()}` }]) {
    let requests = 0;
    const sessions = [];
    const unlucky = new OpenAI({ ...scripted, maxRetries: 2, fetch: async (url, init) => {
      const response = await fetch(url, init);
      sessions.push(response.headers.get('x-session-id'));
      if (++requests === 1) {
        await response.arrayBuffer();
        throw new TypeError('the connection broke');
      }
      return response;
    } });
    const answer = await unlucky.chat.completions.create(
      { model: MODEL, messages: says(`Once only ${Math.random()}`) }, { headers });
    assert.match(answer.choices[0].message.content, /^You said: Once only/);
    assert.equal(requests, 2);
    assert.equal(new Set(sessions).size, 1, 'another session');
    const stored = await get(`/sessions/${sessions[0]}/messages`);
    assert.equal(stored.data.length, 2);
  }
});

await check('openai: an image as a data URL', async () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E'
    + 'rkJggg==';
  const answer = await client.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: [
    { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    { type: 'text', text: '#echo' }] }] });
  assert.match(answer.choices[0].message.content, /^\["user image","user: #echo/);
});

await check('openai: reasoning_effort brings reasoning_content', async () => {
  const answer = await demoClient.chat.completions.create(
    { model: MODEL, reasoning_effort: 'high', messages: says('Please think about tea.') });
  assert.match(answer.choices[0].message.reasoning_content, /tea/);
});
