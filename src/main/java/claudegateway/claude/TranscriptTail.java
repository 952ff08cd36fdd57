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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The end of a transcript: what was said in it after a moment. A terminal may have gone on with a session ({@code
 * claude --resume}); the CLI itself does not notice a second writer, and a branch is lost.
 */
final class TranscriptTail {
  /** Bytes from the end that are looked at; 2.1.330 writes 100 kB beside each message. */
  private static final int BYTES_MAX = 4 << 20;

  private TranscriptTail() {}

  /**
   * What was said in the main conversation after a moment, in order; where that goes on from another line than our
   * end, all of its branch, however early it began. When nothing was said, but another program's end has left a mark
   * by which the CLI would resume its branch, the one to go on from is ours.
   *
   * @param ourEnd the uuid of the last line that is ours
   */
  static Added since(Path file, Instant moment, String ourEnd) {
    List<Line> said = new ArrayList<>();
    Map<String, Line> messages = new HashMap<>();
    Map<String, String> parents = new HashMap<>();
    String leaf = "";
    String ourLeaf = ourEnd;
    String marked = "";
    for (String text : tail(file).split("\n")) {
      if (text.contains("\"last-prompt\"")) {
        marked = parsed(text).string("leafUuid").orElse(marked);
      }
      Json.Obj line = text.contains("\"parentUuid\":") ? parsed(text) : Json.Obj.EMPTY;
      String uuid = line.string("uuid").orElse("");
      String parent = line.string("parentUuid").or(() -> line.string("logicalParentUuid")).orElse("");
      if (uuid.isEmpty()) {
        continue;
      }
      parents.put(uuid, parent);
      ourLeaf = parent.equals(ourLeaf) ? uuid : ourLeaf;
      if (isMessage(line)) {
        message(line).ifPresent(message -> messages.put(uuid, message));
        if (isAfter(line, moment)) {
          leaf = uuid;
          message(line).ifPresent(said::add);
        }
      }
    }
    boolean known = parents.containsKey(ourEnd);
    if (leaf.isEmpty()) {
      boolean astray = known && parents.containsKey(marked) && !ancestry(ourLeaf, parents).contains(marked)
          && !ancestry(marked, parents).contains(ourEnd);
      return new Added(List.of(), Optional.of(ourLeaf).filter(_ -> astray));
    }
    boolean beside = known && !ancestry(leaf, parents).contains(ourEnd);
    return beside
        ? new Added(branch(leaf, Set.copyOf(ancestry(ourEnd, parents)), parents, messages), Optional.of(leaf))
        : new Added(said, Optional.empty());
  }

  /** What was said on the way to a leaf since it left our lines. */
  private static List<Line> branch(String leaf, Set<String> ours, Map<String, String> parents,
      Map<String, Line> messages) {
    List<Line> said = new ArrayList<>();
    for (String uuid : ancestry(leaf, parents)) {
      if (ours.contains(uuid)) {
        break;
      }
      Optional.ofNullable(messages.get(uuid)).ifPresent(said::addFirst);
    }
    return said;
  }

  /** A line and those before it, the nearest first, as far as they are known. */
  private static List<String> ancestry(String uuid, Map<String, String> parents) {
    Set<String> lines = new LinkedHashSet<>();
    String at = uuid;
    // A line that comes again would be a ring.
    while (parents.containsKey(at) && lines.add(at)) {
      at = parents.get(at);
    }
    return List.copyOf(lines);
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

  private static boolean isMessage(Json.Obj line) {
    return line.object("message").isPresent() && !line.isTrue("isSidechain") && !line.isTrue("isMeta");
  }

  private static boolean isAfter(Json.Obj line, Instant moment) {
    try {
      return Instant.parse(line.string("timestamp").orElse("")).isAfter(moment);
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
