package claudegateway.bench;

import claudegateway.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
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
  private static final byte[] RESULT = EventReader.ascii("\"type\":\"result\"");

  /** Where and how CLIs are started. @param environment all of it */
  record Setting(Path binary, Path folder, Map<String, String> environment, String model) {}

  private final Process process;
  private final OutputStream stdin;
  private volatile Answer current;

  private BareCli(Process process) {
    this.process = process;
    this.stdin = process.getOutputStream();
    Thread.ofPlatform().name("bare-cli").daemon(true).stackSize(256 << 10).start(this::read);
  }

  /** One that waits for questions on its stdin. */
  static BareCli live(Setting setting) {
    return new BareCli(start(setting, List.of("--input-format", "stream-json"), Redirect.PIPE));
  }

  /** A process for one question, which stands in its arguments. */
  static Answer cold(Setting setting, String prompt) throws InterruptedException {
    Answer answer = new Answer(Answer.Listener.NONE);
    answer.asked();
    BareCli once = new BareCli(start(setting, List.of(prompt), Redirect.from(Path.of("/dev/null").toFile())));
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
    List<String> command = new ArrayList<>(List.of(setting.binary.toString(), "-p"));
    command.addAll(more);
    command.addAll(List.of("--output-format", "stream-json", "--verbose", "--include-partial-messages",
        "--permission-mode", "acceptEdits", "--model", setting.model));
    ProcessBuilder builder = new ProcessBuilder(command).directory(setting.folder.toFile())
        .redirectInput(input).redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(setting.environment);
    try {
      return builder.start();
    } catch (IOException notStarted) {
      throw new UncheckedIOException(notStarted);
    }
  }

  @Override
  public Answer ask(String prompt, Answer.Listener listener) {
    Answer answer = new Answer(listener);
    byte[] line = (Json.object("type", "user", "message", Json.object("role", "user", "content", prompt),
        "parent_tool_use_id", null).toText() + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    current = answer;
    answer.asked();
    try {
      stdin.write(line);
      stdin.flush();
    } catch (IOException gone) {
      answer.failed("the bare CLI is gone: " + gone.getMessage());
    }
    return answer;
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

  private void line(byte[] bytes, int from, int to, long nanos) {
    Answer answer = current;
    if (answer == null) {
      return;
    }
    int delta = find(bytes, from, to, TEXT_DELTA);
    if (delta >= 0) {
      int begin = delta + TEXT_DELTA.length;
      int end = begin;
      while (bytes[end] != '"') {
        end += bytes[end] == '\\' ? 2 : 1;
      }
      answer.delta(bytes, begin, end, nanos);
    } else if (find(bytes, from, to, RESULT) >= 0) {
      current = null;
      answer.ended();
    }
  }

  private static int find(byte[] bytes, int from, int to, byte[] wanted) {
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
