// Coding agents, as they come from npm, that do a task with their own file tools in a folder of their own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, demo, get, scripted } from './checks.mjs';

const NOTE = 'The heron stands on one leg.';
const AGENT_MS_MAX = 100_000;
const bin = join(import.meta.dirname, 'node_modules', '.bin');

/** Proxies that nobody is: an agent that asks the internet for something is told so at once. */
const NOWHERE = {
  HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' };

/** A home and a folder to work in, both new; a note lies in the latter. */
async function place(name) {
  const root = await mkdtemp(join(process.env.CHECK_FOLDER, `${name}-`));
  const home = join(root, 'home');
  const work = join(root, 'work');
  await mkdir(home);
  await mkdir(work);
  await writeFile(join(work, 'note.txt'), `${NOTE}\n`);
  return { home, work };
}

/** Runs an agent to its end, with the prompt on stdin. Returns what it wrote on stdout. */
function run({ home, work }, program, args, environment, prompt) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, program), args, {
      cwd: work,
      env: {
        PATH: process.env.PATH, HOME: home, TMPDIR: process.env.CHECK_FOLDER, ...NOWHERE, ...environment },
      timeout: AGENT_MS_MAX,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { err += data; });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${program} ended with ${signal ?? code}: ${(err + out).slice(-300)}`));
    });
    child.stdin.end(prompt);
  });
}

async function opencode(target, prompt) {
  const at = await place('opencode');
  const config = {
    model: 'gateway/sonnet',
    small_model: 'gateway/haiku',
    provider: {
      gateway: {
        npm: '@ai-sdk/openai-compatible',
        options: target,
        models: { sonnet: { limit: { context: 200_000, output: 32_000 } }, haiku: {} },
      },
    },
  };
  await writeFile(join(at.work, 'opencode.json'), JSON.stringify(config));
  const out = await run(at, 'opencode', ['run'], {
    OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  }, prompt(at.work));
  return { ...at, out };
}

async function pi(target, prompt) {
  const at = await place('pi');
  const config = {
    providers: {
      gateway: {
        api: 'openai-completions',
        baseUrl: target.baseURL,
        apiKey: target.apiKey,
        models: [{ id: 'sonnet', contextWindow: 200_000, maxTokens: 32_000 }],
      },
    },
  };
  await mkdir(join(at.home, '.pi', 'agent'), { recursive: true });
  await writeFile(join(at.home, '.pi', 'agent', 'models.json'), JSON.stringify(config));
  const out = await run(at, 'pi', ['--provider', 'gateway', '--model', 'sonnet', '-p'],
    { PI_OFFLINE: '1' }, prompt(at.work));
  return { ...at, out };
}

async function qwen(target, prompt) {
  const at = await place('qwen');
  const out = await run(at, 'qwen', ['--auth-type', 'openai', '--approval-mode', 'yolo'],
    { OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey, OPENAI_MODEL: 'sonnet' },
    prompt(at.work));
  return { ...at, out };
}

const sessions = async () => (await get('/sessions?include_history=true&per_page=100')).data;
const read = (at, file) => readFile(join(at.work, file), 'utf8');

/** @param calls an agent's tools for reading and writing, and what they call the file's path */
for (const [name, agent, calls] of [
  ['opencode', opencode, { read: 'read', write: 'write', path: 'filePath' }],
  ['pi', pi, { read: 'read', write: 'write', path: 'path' }],
  ['qwen', qwen, { read: 'read_file', write: 'write_file', path: 'file_path' }],
]) {
  await check(`${name}: writes a file`, async () => {
    const at = await agent(demo,
      (work) => `Use ${calls.write} to put "made by the demo" into ${work}/made.txt`);
    assert.equal((await read(at, 'made.txt')).trim(), 'made by the demo');
  });

  await check(`${name}: reads a file, writes another, and says what was in the first`, async () => {
    const before = new Set((await sessions()).map((session) => session.id));
    const at = await agent(scripted, (work) => [
      'Copy the note.',
      `#call ${calls.read} {"${calls.path}":"${work}/note.txt"}`, '#then',
      `#call ${calls.write} {"${calls.path}":"${work}/copy.txt","content":"${NOTE}"}`, '#then',
      '#echo',
    ].join('\n'));
    assert.equal((await read(at, 'copy.txt')).trim(), NOTE);
    assert.match(at.out, /result:[^"]*The heron stands on one leg/);
    assert.match(at.out, /calls mcp__client__write/);
    // Its own requests beside the task, such as one for a title, are conversations of their own.
    const rounds = (await sessions()).filter((session) => !before.has(session.id))
      .map((session) => session.message_count);
    assert.equal(rounds.filter((messages) => messages === 6).length, 1, `messages of sessions: ${rounds}`);
  });
}
