package claudegateway.claude;

import claudegateway.claude.Transcripts.Added;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The end of a transcript: what was said in it after a moment. A terminal may have gone on with a session ({@code
 * claude --resume}); the CLI itself does not notice a second writer, and a branch is lost.
 */
final class TranscriptTail {
  /** Bytes from the end that are looked at; 2.1.330 writes 100 kB beside each message. */
  private static final int BYTES_MAX = 4 << 20;

  private TranscriptTail() {}

  /**
   * User and assistant messages of the main conversation that were written after a moment, in order.
   *
   * @param ourEnd the uuid of the last line that is ours
   */
  static Added since(Path file, Instant moment, String ourEnd) {
    List<Line> said = new ArrayList<>();
    Map<String, String> parents = new HashMap<>();
    String leaf = "";
    for (String text : tail(file).split("\n")) {
      Json.Obj line = text.contains("\"parentUuid\":") ? parsed(text) : Json.Obj.EMPTY;
      String uuid = line.string("uuid").orElse("");
      parents.put(uuid, line.string("parentUuid").or(() -> line.string("logicalParentUuid")).orElse(""));
      if (isMessageAfter(line, moment)) {
        leaf = uuid;
        message(line).ifPresent(said::add);
      }
    }
    boolean beside = parents.containsKey(ourEnd) && !descends(leaf, ourEnd, parents);
    return new Added(said, Optional.of(leaf).filter(uuid -> beside && !uuid.isEmpty()));
  }

  private static boolean descends(String leaf, String ancestor, Map<String, String> parents) {
    String at = leaf;
    // A line's parent stands before it; a chain that is longer than the file would be a ring.
    for (int step = 0; at != null && step <= parents.size(); step++) {
      if (at.equals(ancestor)) {
        return true;
      }
      at = parents.get(at);
    }
    return false;
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

  private static boolean isMessageAfter(Json.Obj line, Instant moment) {
    try {
      return line.object("message").isPresent() && !line.isTrue("isSidechain") && !line.isTrue("isMeta")
          && Instant.parse(line.string("timestamp").orElse("")).isAfter(moment);
    } catch (DateTimeParseException notALine) {
      return false;
    }
  }

  private static Optional<Line> message(Json.Obj line) {
    List<Json.Obj> blocks = line.object("message").map(TranscriptTail::said).orElse(List.of());
    return switch (line.string("type").orElse("")) {
      case "user" -> blocks.isEmpty() ? Optional.empty() : Optional.of(Line.user(blocks));
      case "assistant" -> blocks.isEmpty() ? Optional.empty() : Optional.of(Line.assistant(blocks));
      default -> Optional.empty();
    };
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
