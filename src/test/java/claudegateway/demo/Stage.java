package claudegateway.demo;

import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Turns directives into one reply. One use. */
final class Stage {
  /** Characters of one delta of a big text: a single word, because words are what max_tokens counts. */
  private static final int BIG_DELTA = 16 * 1024;

  /** Lets what was said arrive: CLI 2.1.330 forgets what it has not yet read when the connection breaks. */
  private static final Duration ARRIVAL = Duration.ofMillis(100);

  private static final String CLIENT_TOOL = "mcp__client__";

  private final Received request;
  private final IntSupplier attempt;
  private final List<Step> steps = new ArrayList<>();
  private Optional<String> stop = Optional.empty();
  private Optional<Usage> usage = Optional.empty();
  private Optional<String> model = Optional.empty();
  private Duration head = Duration.ZERO;
  private Optional<Reply> instead = Optional.empty();

  /** @param attempt counts the requests with the same messages, from 1; asked only where it matters */
  Stage(Received request, IntSupplier attempt) {
    this.request = request;
    this.attempt = attempt;
  }

  /** Throws IllegalArgumentException, naming the fault, for a directive that makes no sense. */
  Reply perform(List<Directive> directives) {
    for (Directive directive : directives) {
      perform(directive);
      if (instead.isPresent()) {
        return instead.get();
      }
    }
    return new Reply.Script(steps, stop, usage, model, head);
  }

  private void perform(Directive line) {
    switch (line.name()) {
      case "tokens" -> steps.addAll(Step.tokens(line.number(0, 1), line.millis(1)));
      case "say" -> steps.addAll(Step.words(literal(line.rest()), Duration.ZERO));
      case "big" -> big(line.number(0, 0));
      case "echo" -> steps.add(new Step.Text(
          Json.Arr.of(request.conversation().lines(), Json::of).toText()));
      case "think" -> think(line);
      case "block" -> steps.add(new Step.EndBlock());
      case "pause" -> steps.add(new Step.Pause(line.millis(0)));
      case "head" -> head = line.millis(0);
      case "bash" -> call("Bash",
          Json.object("command", line.rest(), "description", "Run a scripted command"));
      case "write" -> call("Write",
          Json.object("file_path", line.word(0), "content", literal(line.after(1))));
      case "read" -> call("Read", Json.object("file_path", line.word(0)));
      case "call" -> call(line);
      case "json" -> json(line.rest());
      case "stop" -> stop = Optional.of(line.word(0));
      case "refuse" -> refuse(line.rest());
      case "usage" -> usage = Optional.of(new Usage(
          line.number(0, 0), line.number(1, 0), line.number(2, 0), line.number(3, 0), line.number(4, 0)));
      case "model" -> model = Optional.of(line.word(0));
      case "error" -> error(line);
      case "drop" -> fault(line, new Step.Drop(), new Reply.Drop());
      case "overloaded" -> fault(line, Step.ErrorEvent.overloaded(),
          Reply.Script.of(Step.ErrorEvent.overloaded()));
      case "hang" -> fault(line, new Step.Hang(), new Reply.Hang());
      default -> throw new IllegalArgumentException("#" + line.name());
    }
  }

  private void think(Directive line) {
    if (line.words().isEmpty() || !line.words().getFirst().matches("\\d+")) {
      steps.add(new Step.Thinking(line.rest()));
      return;
    }
    for (int i = 0; i < line.number(0, 1); i++) {
      if (i > 0 && line.millis(1).isPositive()) {
        steps.add(new Step.Pause(line.millis(1)));
      }
      steps.add(new Step.Thinking("th" + i + " "));
    }
  }

  private void big(int bytes) {
    String delta = "0123456789abcdef".repeat(BIG_DELTA / 16 - 1) + "0123456789abcd\n ";
    for (int left = bytes; left > 0; left -= BIG_DELTA) {
      steps.add(new Step.Text(left < BIG_DELTA ? delta.substring(0, left) : delta));
    }
  }

  private void call(String name, Json.Obj input) {
    steps.add(new Step.ToolUse(name, input));
  }

  private void call(Directive line) {
    int fragment = Integer.parseInt(line.options().getOrDefault("fragment", "" + Step.ToolUse.FRAGMENT));
    Duration between = Duration.ofMillis(Long.parseLong(line.options().getOrDefault("ms", "0")));
    String id = line.options().getOrDefault("id", "");
    String name = line.words().getFirst();
    int arguments = line.rest().indexOf('{', line.rest().indexOf(name) + name.length());
    Json input = arguments < 0 ? Json.Obj.EMPTY : parse(line.rest().substring(arguments));
    if (!(input instanceof Json.Obj object)) {
      throw new IllegalArgumentException("arguments that are no object: " + line.rest());
    }
    steps.add(new Step.ToolUse(id, offered(name), object, fragment, between));
  }

  /** The tool's name as the request offers it: a client's function has a prefix there. */
  private String offered(String name) {
    List<String> names = request.toolNames();
    return !names.contains(name) && names.contains(CLIENT_TOOL + name) ? CLIENT_TOOL + name : name;
  }

  private void json(String text) {
    if (request.toolNames().contains("StructuredOutput") && parse(text) instanceof Json.Obj value) {
      call("StructuredOutput", value);
    } else {
      steps.addAll(Step.words(text, Duration.ZERO));
    }
  }

  private void refuse(String text) {
    if (!text.isEmpty()) {
      steps.addAll(Step.words(text, Duration.ZERO));
    }
    stop = Optional.of("refusal");
  }

  private void error(Directive line) {
    if (isOver(line)) {
      return;
    }
    String message = String.join(" ", line.words().subList(1, line.words().size()));
    Reply.ApiError error = Reply.ApiError.of(
        Integer.parseInt(line.word(0)), message.isEmpty() ? "scripted error" : message);
    for (Map.Entry<String, String> option : line.options().entrySet()) {
      error = option.getKey().equals("times") ? error : error.header(option.getKey(), option.getValue());
    }
    instead = Optional.of(error);
  }

  private void fault(Directive line, Step midway, Reply atOnce) {
    if (isOver(line)) {
      return;
    }
    if (line.words().isEmpty() && steps.isEmpty()) {
      instead = Optional.of(atOnce);
      return;
    }
    steps.addAll(Step.tokens(line.number(0, 0), Duration.ZERO));
    steps.add(new Step.Pause(ARRIVAL));
    steps.add(midway);
  }

  /** The fault has happened as often as it should. */
  private boolean isOver(Directive line) {
    String times = line.options().get("times");
    return times != null && attempt.getAsInt() > Integer.parseInt(times);
  }

  private static String literal(String text) {
    return text.startsWith("\"") && parse(text) instanceof Json.Str(String value) ? value : text;
  }

  private static Json parse(String json) {
    try {
      return JsonReader.parse(json);
    } catch (JsonException wrong) {
      throw new IllegalArgumentException(json + ": " + wrong.getMessage());
    }
  }
}
