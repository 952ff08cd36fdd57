package claudegateway.chat;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The file to which fake CLIs append what their models are asked; read as it grows. Any thread. */
final class FakeRecord implements ModelRecord {
  private final Path file;
  private final Map<String, Request> lastOfSession = new HashMap<>();
  private long read;
  private int requests;

  FakeRecord(Path file) {
    this.file = file;
  }

  @Override
  public synchronized Request last(String session, String lastLine) {
    catchUp();
    Request last = lastOfSession.get(session);
    if (last == null || !last.lines().getLast().equals(lastLine)) {
      throw new AssertionError("the last request of " + session + " is not \"" + lastLine + "\": " + last);
    }
    return last;
  }

  synchronized int requests() {
    catchUp();
    return requests;
  }

  private void catchUp() {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] more = new byte[(int) (open.length() - read)];
      open.seek(read);
      open.readFully(more);
      int start = 0;
      for (int i = 0; i < more.length; i++) {
        if (more[i] == '\n') {
          Json.Obj request = (Json.Obj) JsonReader.parse(more, start, i - start);
          lastOfSession.put(request.string("session").orElseThrow(), new Request(
              request.string("system").orElseThrow(),
              request.array("lines").stream().map(line -> ((Json.Str) line).value()).toList()));
          requests++;
          start = i + 1;
        }
      }
      read += start;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
