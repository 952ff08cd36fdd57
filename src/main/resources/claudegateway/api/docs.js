"use strict";

const $ = (id) => document.getElementById(id);

/** An element with properties and children; text goes in as text, never as markup. */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

$("key").value = sessionStorage.getItem("key") || "";
$("key").addEventListener("input", () => sessionStorage.setItem("key", $("key").value));
$("key").addEventListener("change", loadModels);

function headers(more = {}) {
  const key = $("key").value.trim();
  return key ? { ...more, Authorization: "Bearer " + key } : more;
}

async function errorOf(response) {
  const body = await response.json().catch(() => null);
  return `${response.status}: ${body?.error?.message || response.statusText}`;
}

// Chat

let session = "";
let asking = null;

async function loadModels() {
  const response = await fetch("/v1/models", { headers: headers() });
  if (response.ok) {
    const models = (await response.json()).data.map((model) => make("option", { value: model.id }, model.id));
    $("model").replaceChildren(make("option", { value: "" }, "default model"), ...models);
  } else {
    $("state").textContent = await errorOf(response);
  }
}

function say(kind, text) {
  const line = make("p", { className: kind }, text);
  $("log").append(line);
  $("log").scrollTop = $("log").scrollHeight;
  return line;
}

/** The data of a stream's events, one by one (WHATWG HTML §9.2, as far as this server uses it). */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (data) {
        yield data.trim();
      }
    }
  }
}

async function answer(text) {
  const body = { messages: [{ role: "user", content: text }], stream: true, stream_options: { include_usage: true } };
  if (session) body.session_id = session;
  if ($("model").value) body.model = $("model").value;
  asking = new AbortController();
  const began = performance.now();
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    headers: headers({ "Content-Type": "application/json" }),
    body: JSON.stringify(body),
    signal: asking.signal,
  });
  if (!response.ok) {
    throw new Error(await errorOf(response));
  }
  session = response.headers.get("X-Session-ID");
  const line = say("assistant", "");
  let first = 0;
  for await (const data of events(response)) {
    if (data === "[DONE]") {
      break;
    }
    const chunk = JSON.parse(data);
    if (chunk.error) {
      throw new Error(chunk.error.message);
    }
    const content = chunk.choices[0]?.delta?.content || "";
    if (content) {
      first ||= performance.now();
      line.append(content);
      $("log").scrollTop = $("log").scrollHeight;
    }
    if (chunk.usage) {
      $("state").textContent = `${chunk.model} · first token after ${Math.round(first - began)} ms · `
        + `${chunk.usage.prompt_tokens} + ${chunk.usage.completion_tokens} tokens · session ${session}`;
    }
  }
}

function busy(now) {
  $("send").disabled = now;
  $("stop").hidden = !now;
}

$("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  $("text").value = "";
  say("user", text);
  busy(true);
  try {
    await answer(text);
  } catch (failed) {
    say("failed", failed.name === "AbortError" ? "Stopped." : failed.message);
  } finally {
    busy(false);
    $("text").focus();
  }
});

$("stop").addEventListener("click", async () => {
  if (session) {
    await fetch("/v1/chat/stop/" + encodeURIComponent(session), { method: "POST", headers: headers() });
  }
  asking?.abort();
});

$("fresh").addEventListener("click", () => {
  session = "";
  $("log").replaceChildren();
  $("state").textContent = "";
});

// Routes

function field(parameter) {
  const input = make("input", { name: parameter.name, placeholder: parameter.description || "" });
  input.required = parameter.in === "path";
  return make("label", {}, `${parameter.name} (${parameter.in})`, input);
}

function resolved(api, part) {
  return part?.$ref ? part.$ref.slice(2).split("/").reduce((at, name) => at[name], api) : part;
}

function route(api, path, method, operation) {
  const parameters = (operation.parameters || []).map((parameter) => resolved(api, parameter));
  const schema = resolved(api, operation.requestBody?.content?.["application/json"]?.schema);
  const body = schema && make("textarea", { name: "", value: JSON.stringify(schema.example || {}, null, 2) });
  const state = make("span", { className: "hint" });
  const output = make("pre", { hidden: true });
  const form = make("form", {}, ...parameters.map(field));
  if (body) {
    form.append(make("label", {}, "body", body));
  }
  form.append(make("div", {}, make("button", { className: "try" }, "Send"), state), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await attempt(path, method, parameters, new FormData(form), body?.value, state, output);
  });
  const summary = make("summary", {}, make("span", { className: "method" }, method.toUpperCase()),
    make("span", { className: "path" }, path), make("span", { className: "what" }, operation.summary));
  const details = make("details", {}, summary, form);
  details.dataset.words = `${method} ${path} ${operation.summary}`.toLowerCase();
  return details;
}

async function attempt(path, method, parameters, values, body, state, output) {
  const query = new URLSearchParams();
  let target = path;
  for (const parameter of parameters) {
    const value = values.get(parameter.name);
    if (parameter.in === "path") {
      target = target.replace(`{${parameter.name}}`, encodeURIComponent(value));
    } else if (value) {
      query.set(parameter.name, value);
    }
  }
  const url = query.size ? `${target}?${query}` : target;
  const began = performance.now();
  output.hidden = false;
  output.textContent = "";
  try {
    const response = await fetch(url, {
      method: method.toUpperCase(),
      headers: headers(body === undefined ? {} : { "Content-Type": "application/json" }),
      body,
    });
    state.textContent = `${response.status} ${response.statusText}`;
    if ((response.headers.get("Content-Type") || "").startsWith("text/event-stream")) {
      for await (const data of events(response)) {
        output.append(data + "\n");
      }
    } else {
      const text = await response.text();
      try {
        output.textContent = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        output.textContent = text;
      }
    }
    state.textContent += ` · ${Math.round(performance.now() - began)} ms`;
  } catch (failed) {
    state.textContent = failed.message;
  }
}

async function loadRoutes() {
  const api = await (await fetch("/openapi.json")).json();
  $("title").textContent = `${api.info.title} ${api.info.version}`;
  $("about").textContent = api.info.description;
  const groups = new Map(api.tags.map((tag) => [tag.name, []]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      groups.get(operation.tags[0]).push(route(api, path, method, operation));
    }
  }
  $("routes").replaceChildren(...[...groups].map(([name, routes]) =>
    make("div", { className: "group" }, make("h3", {}, name), ...routes)));
}

$("filter").addEventListener("input", () => {
  const word = $("filter").value.toLowerCase();
  for (const details of document.querySelectorAll("details")) {
    details.hidden = !details.dataset.words.includes(word);
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector("details:not([hidden])");
  }
});

loadRoutes();
loadModels();
