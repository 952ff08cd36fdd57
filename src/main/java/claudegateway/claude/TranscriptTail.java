package claudegateway.claude;

import claudegateway.claude.Transcripts.Line;
import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The end of a transcript: what was said in it after a moment. A terminal may have gone on with a session ({@code
 * claude --resume}); the CLI itself does not notice a second writer, and a branch is lost.
 */
final class TranscriptTail {
  /** Bytes from the end that are looked at; 2.1.330 writes 100 kB beside each message. */
  private static final int BYTES_MAX = 4 << 20;

  private TranscriptTail() {}

  /** User and assistant messages of the main conversation that were written after a moment, in order. */
  static List<Line> since(Path file, Instant moment) {
    List<Line> lines = new ArrayList<>();
    for (String text : tail(file).split("\n")) {
      if (text.contains("\"role\":")) {
        read(text, moment).ifPresent(lines::add);
      }
    }
    return lines;
  }

  /**
   * The uuid of the conversation's last line, when after this one no assistant message follows and it brought
   * a tool's result: the CLI would go on from there by words of its own.
   */
  static Optional<String> unanswered(Path file, String resultUuid) {
    Optional<String> leaf = Optional.empty();
    for (String text : tail(file).split("\n")) {
      if ((leaf.isPresent() || text.contains("\"" + resultUuid + "\"")) && text.contains("\"parentUuid\":")) {
        Json.Obj line = parsed(text);
        String uuid = line.string("uuid").orElse("");
        if (line.isTrue("isSidechain") || uuid.isEmpty()) {
          continue;
        }
        boolean goesOn = leaf.isPresent() ? line.string("type").filter("assistant"::equals).isEmpty()
            : uuid.equals(resultUuid) && text.contains("\"tool_result\"");
        leaf = Optional.of(uuid).filter(_ -> goesOn);
      }
    }
    return leaf;
  }

  private static Json.Obj parsed(String text) {
    try {
      return JsonReader.parse(text) instanceof Json.Obj line ? line : Json.Obj.EMPTY;
    } catch (JsonException notALine) {
      return Json.Obj.EMPTY;
    }
  }

  private static String tail(Path file) {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, open.length() - BYTES_MAX);
      byte[] bytes = new byte[(int) (open.length() - from)];
      open.seek(from);
      open.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException none) {
      return "";
    }
  }

  private static Optional<Line> read(String text, Instant moment) {
    try {
      if (!(JsonReader.parse(text) instanceof Json.Obj line) || line.isTrue("isSidechain") || line.isTrue("isMeta")
          || !Instant.parse(line.string("timestamp").orElse("")).isAfter(moment)) {
        return Optional.empty();
      }
      List<Json.Obj> blocks = line.object("message").map(TranscriptTail::said).orElse(List.of());
      return switch (line.string("type").orElse("")) {
        case "user" -> blocks.isEmpty() ? Optional.empty() : Optional.of(Line.user(blocks));
        case "assistant" -> blocks.isEmpty() ? Optional.empty() : Optional.of(Line.assistant(blocks));
        default -> Optional.empty();
      };
    } catch (JsonException | DateTimeParseException notALine) {
      return Optional.empty();
    }
  }

  /** Text only: the agent's own tool calls stay in the transcript, where the CLI finds them. */
  private static List<Json.Obj> said(Json.Obj message) {
    Optional<String> plain = message.string("content");
    if (plain.isPresent()) {
      return List.of(Json.object("type", "text", "text", plain.get()));
    }
    return message.array("content").stream().filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast)
        .filter(block -> block.string("type").filter("text"::equals).isPresent()).toList();
  }
}
