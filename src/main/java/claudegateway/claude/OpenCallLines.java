package claudegateway.claude;

import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A transcript's lines, when its last assistant message has called functions of the client that are not answered.
 * The CLI wrote a line for each call; resumed, it knows only the last one (protocol, section 4). So they are put
 * into one line, with the note behind it that makes the CLI wait for results.
 */
final class OpenCallLines {
  private final List<Json.Obj> lines;
  private final Map<String, Json.Obj> byUuid = new HashMap<>();

  OpenCallLines(List<Json.Obj> lines) {
    this.lines = lines;
    lines.forEach(line -> line.string("uuid").ifPresent(uuid -> byUuid.put(uuid, line)));
  }

  /** @param lines what the transcript should be; @param open in the order in which they were called */
  record Joined(List<Json.Obj> lines, List<OpenCall> open) {}

  /** All lines, those with the open calls joined. */
  Joined whole() {
    Optional<Json.Obj> leaf = lines.reversed().stream().filter(OpenCallLines::isOfConversation).findFirst();
    return leaf.map(last -> joined(lines, chain(last.string("uuid").orElseThrow())))
        .orElse(new Joined(lines, List.of()));
  }

  /** Only what led to a line, for another session; empty when there is no such line. */
  Optional<Joined> upTo(String uuid, String sessionId) {
    List<Json.Obj> chain = chain(uuid);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    Joined joined = joined(chain, chain);
    return Optional.of(new Joined(
        joined.lines.stream().map(line -> line.with("sessionId", Json.of(sessionId))).toList(), joined.open));
  }

  private static boolean isOfConversation(Json.Obj line) {
    return line.string("uuid").isPresent() && line.has("parentUuid") && !line.isTrue("isSidechain");
  }

  /** From the first line to this one. */
  private List<Json.Obj> chain(String uuid) {
    List<Json.Obj> chain = new ArrayList<>();
    Set<String> passed = new HashSet<>();
    for (Json.Obj line = byUuid.get(uuid); line != null && passed.add(line.string("uuid").orElseThrow());
        line = byUuid.get(line.string("parentUuid").orElse(""))) {
      chain.add(line);
    }
    Collections.reverse(chain);
    return chain;
  }

  private static Joined joined(List<Json.Obj> lines, List<Json.Obj> chain) {
    Map<String, Json.Obj> calls = openCalls(chain);
    if (calls.isEmpty()) {
      return new Joined(lines, List.of());
    }
    List<OpenCall> open = calls.values().stream().map(OpenCallLines::call).toList();
    String last = open.getLast().id();
    Map<String, Optional<String>> gone = new HashMap<>();
    List<Json.Obj> kept = new ArrayList<>();
    boolean noted = false;
    for (Json.Obj line : lines) {
      List<Json.Obj> blocks = blocks(line, "assistant");
      boolean holdsLast = blocks.stream().anyMatch(block -> isCall(block, Set.of(last)));
      boolean holdsOther = blocks.stream().anyMatch(block -> isCall(block, calls.keySet())) && !holdsLast;
      Optional<String> waitsFor = waitsFor(line).filter(calls::containsKey);
      noted |= waitsFor.equals(Optional.of(last));
      if (holdsLast) {
        kept.add(withContent(line, List.copyOf(calls.values())));
      } else if (holdsOther || waitsFor.filter(id -> !id.equals(last)).isPresent()) {
        gone.put(line.string("uuid").orElseThrow(), line.string("parentUuid"));
      } else {
        kept.add(line);
      }
    }
    kept.replaceAll(line -> relinked(line, gone));
    if (!noted) {
      Json.Obj leaf = chain.getLast();
      String parent = parent(leaf.string("uuid"), gone).orElseThrow();
      kept.add(Transcripts.deferred(open.getLast(), leaf, parent));
    }
    return new Joined(kept, open);
  }

  /** The client's functions that the last assistant message called, without a result behind it, by call id. */
  private static Map<String, Json.Obj> openCalls(List<Json.Obj> chain) {
    String message = chain.reversed().stream().filter(line -> isType(line, "assistant")).findFirst()
        .flatMap(OpenCallLines::messageId).orElse("");
    Map<String, Json.Obj> open = new LinkedHashMap<>();
    for (Json.Obj line : chain) {
      if (messageId(line).filter(message::equals).isPresent()) {
        blocks(line, "assistant").stream()
            .filter(block -> isType(block, "tool_use") && ClientTool.isClientTool(block.string("name").orElse("")))
            .forEach(block -> open.put(block.string("id").orElse(""), block));
      }
      blocks(line, "user").forEach(block -> block.string("tool_use_id").ifPresent(open::remove));
    }
    return open;
  }

  private static OpenCall call(Json.Obj block) {
    return new OpenCall(block.string("id").orElse(""), block.string("name").orElse(""),
        block.object("input").orElse(Json.Obj.EMPTY));
  }

  private static Json.Obj relinked(Json.Obj line, Map<String, Optional<String>> gone) {
    Optional<String> before = line.string("parentUuid");
    Optional<String> now = parent(before, gone);
    return now.equals(before) ? line
        : line.with("parentUuid", now.<Json>map(Json::of).orElse(Json.Null.NULL));
  }

  private static Optional<String> parent(Optional<String> uuid, Map<String, Optional<String>> gone) {
    Optional<String> now = uuid;
    while (now.isPresent() && gone.containsKey(now.get())) {
      now = gone.get(now.get());
    }
    return now;
  }

  private static Json.Obj withContent(Json.Obj line, List<Json.Obj> calls) {
    List<Json.Obj> content = new ArrayList<>(blocks(line, "assistant"));
    content.removeIf(block -> calls.contains(block));
    content.addAll(calls);
    return line.with("message", line.object("message").orElseThrow()
        .with("content", Json.Arr.of(content, block -> block)));
  }

  /** The call that a note of the CLI's says it waits for. */
  private static Optional<String> waitsFor(Json.Obj line) {
    return line.object("attachment").filter(note -> isType(note, "hook_deferred_tool"))
        .flatMap(note -> note.string("toolUseID"));
  }

  private static boolean isCall(Json.Obj block, Set<String> ids) {
    return isType(block, "tool_use") && block.string("id").filter(ids::contains).isPresent();
  }

  private static Optional<String> messageId(Json.Obj line) {
    return line.object("message").flatMap(message -> message.string("id"));
  }

  private static List<Json.Obj> blocks(Json.Obj line, String type) {
    return !isType(line, type) ? List.of() : line.object("message").stream()
        .flatMap(message -> message.array("content").stream())
        .filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast).toList();
  }

  private static boolean isType(Json.Obj object, String type) {
    return object.string("type").filter(type::equals).isPresent();
  }
}
