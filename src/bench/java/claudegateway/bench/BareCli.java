package claudegateway.bench;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A CLI without a gateway: what anybody gets who starts it and reads its pipe, by a thread of its own. The yardstick,
 * so it uses nothing of the gateway's.
 */
final class BareCli implements Speaker, AutoCloseable {
  private static final byte[] TEXT_DELTA = EventReader.ascii("\"type\":\"text_delta\",\"text\":\"");
  static final byte[] RESULT = EventReader.ascii("\"type\":\"result\"");
  private static final byte[] CONTROL_REQUEST = EventReader.ascii("\"type\":\"control_request\"");

  /** Answers what the CLI asks its host, on the reading thread. */
  interface Host {
    Json.Obj answer(Json.Obj request);

    Host NONE = _ -> Json.Obj.EMPTY;
  }

  /** Where and how CLIs are started. @param environment all of it */
  record Setting(Path binary, Path folder, Map<String, String> environment, String model) {}

  private final Process process;
  private final Host host;
  private final OutputStream stdin;
  private volatile Answer current;
  private int controls;

  private BareCli(Process process, Host host) {
    this.process = process;
    this.host = host;
    this.stdin = process.getOutputStream();
    Thread.ofPlatform().name("bare-cli").daemon(true).stackSize(256 << 10).start(this::read);
  }

  /** One that waits for questions on its stdin. */
  static BareCli live(Setting setting) {
    return live(setting, List.of(), Host.NONE);
  }

  /** The same, with further options of the CLI. */
  static BareCli live(Setting setting, List<String> options, Host host) {
    List<String> more = new ArrayList<>(List.of("--input-format", "stream-json"));
    more.addAll(options);
    return new BareCli(start(setting, more, Redirect.PIPE), host);
  }

  /** A process for one question, which stands in its arguments. */
  static Answer cold(Setting setting, String prompt) throws InterruptedException {
    Answer answer = new Answer(Answer.Listener.NONE);
    answer.asked();
    BareCli once = new BareCli(start(setting, List.of(prompt), Redirect.from(Path.of("/dev/null").toFile())),
        Host.NONE);
    once.current = answer;
    try {
      Speaker.whole(answer);
      once.process.waitFor();
      return answer;
    } finally {
      once.close();
    }
  }

  private static Process start(Setting setting, List<String> more, Redirect input) {
    ProcessBuilder builder = new ProcessBuilder(command(setting.binary.toString(), more, setting.model))
        .directory(setting.folder.toFile()).redirectInput(input).redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(setting.environment);
    try {
      return builder.start();
    } catch (IOException notStarted) {
      throw new UncheckedIOException(notStarted);
    }
  }

  static List<String> command(String binary, List<String> more, String model) {
    List<String> command = new ArrayList<>(List.of(binary, "-p"));
    command.addAll(more);
    command.addAll(List.of("--output-format", "stream-json", "--verbose", "--include-partial-messages",
        "--permission-mode", "acceptEdits", "--model", model));
    return command;
  }

  @Override
  public Answer ask(String prompt, Answer.Listener listener) {
    return ask(Json.of(prompt), listener);
  }

  /** @param content a text, or blocks */
  Answer ask(Json content, Answer.Listener listener) {
    return send(userLine(content), listener);
  }

  private Answer send(byte[] line, Answer.Listener listener) {
    Answer answer = new Answer(listener);
    current = answer;
    answer.asked();
    try {
      write(line);
    } catch (IOException gone) {
      answer.failed("the bare CLI is gone: " + gone.getMessage());
    }
    return answer;
  }

  /** Words of an earlier conversation, in step: an answer that is told sooner overtakes its question. */
  void remember(List<Json> messages) throws InterruptedException {
    for (int i = 0; i < messages.size(); i++) {
      if (i % 2 == 0) {
        Json.Obj question = Json.object("type", "user", "message", messages.get(i), "shouldQuery", false);
        Speaker.whole(send(line(question), Answer.Listener.NONE));
      } else {
        tell(Json.object("type", "assistant", "message", messages.get(i)));
      }
    }
  }

  /** Tells it something about itself; its answer is not waited for. */
  void control(Json.Obj request) {
    tell(Json.object("type", "control_request", "request_id", "bench" + controls++, "request", request));
  }

  private void tell(Json.Obj json) {
    try {
      write(line(json));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  static byte[] userLine(String prompt) {
    return userLine(Json.of(prompt));
  }

  private static byte[] userLine(Json content) {
    return line(Json.object("type", "user", "message", Json.object("role", "user", "content", content),
        "parent_tool_use_id", null));
  }

  private static byte[] line(Json.Obj json) {
    return (json.toText() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private synchronized void write(byte[] line) throws IOException {
    stdin.write(line);
    stdin.flush();
  }

  private void read() {
    byte[] buffer = new byte[64 << 10];
    int length = 0;
    try (InputStream out = process.getInputStream()) {
      while (true) {
        int count = out.read(buffer, length, buffer.length - length);
        long now = System.nanoTime();
        if (count < 0) {
          break;
        }
        int begin = 0;
        for (int i = length; i < length + count; i++) {
          if (buffer[i] == '\n') {
            line(buffer, begin, i, now);
            begin = i + 1;
          }
        }
        length += count - begin;
        System.arraycopy(buffer, begin, buffer, 0, length);
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * length);
        }
      }
    } catch (IOException closed) {
      // As its end.
    }
    Answer waiting = current;
    if (waiting != null) {
      waiting.failed("the bare CLI ended");
    }
  }

  private void line(byte[] bytes, int from, int to, long nanos) throws IOException {
    if (host != Host.NONE && find(bytes, from, to, CONTROL_REQUEST) >= 0) {
      Json.Obj asked = (Json.Obj) JsonReader.parse(Arrays.copyOfRange(bytes, from, to));
      write(line(Json.object("type", "control_response", "response", Json.object("subtype", "success",
          "request_id", asked.string("request_id").orElseThrow(),
          "response", host.answer(asked.object("request").orElseThrow())))));
      return;
    }
    Answer answer = current;
    if (answer == null) {
      return;
    }
    if (hear(answer, bytes, from, to, nanos)) {
      current = null;
      answer.ended();
    }
  }

  /** Tells the answer what one line says of it; whether that is the end. */
  static boolean hear(Answer answer, byte[] bytes, int from, int to, long nanos) {
    int delta = find(bytes, from, to, TEXT_DELTA);
    if (delta < 0) {
      return find(bytes, from, to, RESULT) >= 0;
    }
    int begin = delta + TEXT_DELTA.length;
    int end = begin;
    while (bytes[end] != '"') {
      end += bytes[end] == '\\' ? 2 : 1;
    }
    answer.delta(bytes, begin, end, nanos);
    return false;
  }

  static int find(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      if (bytes[i] == '"' && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    current = null;
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
