package claudegateway.claude;

import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The CLI's own record of a conversation, {@code <config>/projects/<slug of the folder>/<session id>.jsonl}:
 * whether there is one, and one of our own making for a history that the CLI has not seen (protocol, section 5a).
 *
 * <p>Blocks on the file system.
 */
public final class Transcripts {
  private final Path config;
  private final WorkingFiles workingFiles;

  private Transcripts(Path config, WorkingFiles workingFiles) {
    this.config = config;
    this.workingFiles = workingFiles;
  }

  static Transcripts of(Map<String, String> environment) {
    return new Transcripts(ClaudeEnvironment.configFolder(environment), WorkingFiles.of(environment));
  }

  /** @param content blocks of the Messages API; @param deferred names of calls that wait for a result, by id */
  public record Line(Role role, List<Json.Obj> content, List<OpenCall> deferred) {
    public enum Role { USER, ASSISTANT }

    public static Line user(List<Json.Obj> content) {
      return new Line(Role.USER, content, List.of());
    }

    public static Line assistant(List<Json.Obj> content) {
      return new Line(Role.ASSISTANT, content, List.of());
    }
  }

  /**
   * What another program wrote.
   *
   * @param lines user and assistant messages, their text only
   * @param branch the line to resume from, when the CLI would not find it by itself: the last one of theirs, when they
   *     did not go on from our end; the last one of ours, when they have said nothing since
   */
  public record Added(List<Line> lines, Optional<String> branch) {
    static final Added NOTHING = new Added(List.of(), Optional.empty());
  }

  /** A client's function that was called and waits for its result. @param name as the model sees it */
  public record OpenCall(String id, String name, Json.Obj input) {}

  public Path file(Path cwd, String sessionId) {
    return folder(config, cwd).resolve(sessionId + ".jsonl");
  }

  /** Where the CLI keeps what is about one folder. */
  static Path folder(Path config, Path cwd) {
    return config.resolve("projects").resolve(slug(cwd));
  }

  private static String slug(Path cwd) {
    return cwd.toString().replaceAll("[^A-Za-z0-9]", "-");
  }

  public boolean exists(Path cwd, String sessionId) {
    return Files.isRegularFile(file(cwd, sessionId));
  }

  public long size(Path cwd, String sessionId) {
    try {
      return Files.size(file(cwd, sessionId));
    } catch (IOException none) {
      return 0;
    }
  }

  /**
   * What somebody else wrote into it after a moment. Cheap when nobody did: the file's time tells.
   *
   * @param ourEnd the uuid of the last line that is ours; "" when it is not known
   */
  public Added since(Path cwd, String sessionId, Instant moment, String ourEnd) {
    Path file = file(cwd, sessionId);
    try {
      return Files.getLastModifiedTime(file).toInstant().isAfter(moment)
          ? TranscriptTail.since(file, moment, ourEnd) : Added.NOTHING;
    } catch (IOException none) {
      return Added.NOTHING;
    }
  }

  /**
   * Makes the next resume take up the branch that ends with this line. The CLI else takes that whose process ended
   * last: each leaves such a mark.
   */
  public void goOnFrom(Path cwd, String sessionId, String leafUuid) {
    append(file(cwd, sessionId), Json.object("type", "last-prompt", "lastPrompt", "", "leafUuid", leafUuid,
        "sessionId", sessionId));
  }

  /**
   * Cuts off what is behind a line, for a conversation that has to go on from there: the CLI takes up the last line
   * that follows it, whatever it is told. False when there is no such line.
   */
  public boolean cutBehind(Path cwd, String sessionId, String uuid) {
    String end = "\"uuid\":\"" + uuid + "\"";
    StringBuilder kept = new StringBuilder();
    boolean found = false;
    try (Stream<String> lines = Files.lines(file(cwd, sessionId))) {
      for (Iterator<String> each = lines.iterator(); each.hasNext() && !found; ) {
        String line = each.next();
        kept.append(line).append('\n');
        found = line.contains(end);
      }
    } catch (IOException | UncheckedIOException unreadable) {
      return false;
    }
    if (found) {
      replace(cwd, sessionId, kept);
      goOnFrom(cwd, sessionId, uuid);
    }
    return found;
  }

  private static void append(Path file, Json.Obj line) {
    try {
      Files.writeString(file, line.toText() + "\n", StandardOpenOption.APPEND);
    } catch (IOException unwritable) {
      throw unusable(file, "written", unwritable);
    }
  }

  /** Whether it has a line of this uuid, for example a user message that was sent with it. */
  public boolean has(Path cwd, String sessionId, String uuid) {
    try (Stream<String> lines = Files.lines(file(cwd, sessionId), StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains("\"" + uuid + "\""));
    } catch (IOException | UncheckedIOException unreadable) {
      return false;
    }
  }

  /** And the images that the CLI kept of it. */
  public void delete(Path cwd, String sessionId) {
    try {
      Files.deleteIfExists(file(cwd, sessionId));
      workingFiles.delete(slug(cwd), sessionId);
    } catch (IOException kept) {
      throw new UncheckedIOException(kept);
    }
  }

  /**
   * Writes a transcript, in place of an earlier one, so that {@code --resume} continues this history. It should
   * end with an assistant line. Every field is there because the CLI loses history or hangs without it: time,
   * uuid, parentUuid, an id for each message, a model, and content in blocks.
   *
   * @param said when, as far as {@link #since} is concerned: not after the session's last turn
   */
  public void write(Path cwd, String sessionId, List<Line> lines, Instant said) {
    StringBuilder text = new StringBuilder();
    String parent = null;
    for (Line line : lines) {
      String uuid = UUID.randomUUID().toString();
      text.append(line(line, cwd, sessionId, parent, uuid, said).toText()).append('\n');
      parent = uuid;
      if (!line.deferred.isEmpty()) {
        String attachment = UUID.randomUUID().toString();
        text.append(deferred(line.deferred.getLast(), cwd, sessionId, parent, attachment, said).toText()).append('\n');
        parent = attachment;
      }
    }
    replace(cwd, sessionId, text);
  }

  /**
   * Adds the answer to a session's transcript that ends with a tool's result, as one does whose last turn
   * gave structured output; else does nothing. Called while no CLI runs the session.
   *
   * @param resultUuid the last line that the CLI told of
   */
  public void answered(Path cwd, String sessionId, String resultUuid, String answer, Instant said) {
    Path file = file(cwd, sessionId);
    TranscriptTail.unanswered(file, resultUuid).ifPresent(leaf -> {
      Line line = Line.assistant(List.of(Json.object("type", "text", "text", answer)));
      append(file, line(line, cwd, sessionId, leaf, UUID.randomUUID().toString(), said));
    });
  }

  /**
   * Makes a session's transcript such that the client's functions which its last answer called can be answered
   * after a resume; returns those calls, in their order. Called while no CLI runs the session.
   */
  public List<OpenCall> reopen(Path cwd, String sessionId) {
    OpenCallLines.Joined joined = new OpenCallLines(read(cwd, sessionId)).whole();
    if (joined.open().size() > 1) {
      replace(cwd, sessionId, text(joined.lines()));
    }
    return joined.open();
  }

  /**
   * Writes the transcript of another session that begins with this one's history up to a line whose calls are
   * still to be answered; returns those calls. Empty, and nothing written, when there is no such line.
   */
  public List<OpenCall> branch(Path cwd, String fromId, String upToUuid, String toId) {
    Optional<OpenCallLines.Joined> joined = new OpenCallLines(read(cwd, fromId)).upTo(upToUuid, toId);
    joined.ifPresent(branch -> replace(cwd, toId, text(branch.lines())));
    return joined.map(OpenCallLines.Joined::open).orElse(List.of());
  }

  private List<Json.Obj> read(Path cwd, String sessionId) {
    try (Stream<String> lines = Files.lines(file(cwd, sessionId))) {
      return lines.filter(line -> !line.isBlank()).map(line -> (Json.Obj) JsonReader.parse(line)).toList();
    } catch (IOException | UncheckedIOException | JsonException | ClassCastException unreadable) {
      throw unusable(file(cwd, sessionId), "read", unreadable);
    }
  }

  /** Without its folder: clients may be told. */
  private static ClaudeException unusable(Path file, String done, Exception why) {
    return new ClaudeException("the transcript " + file.getFileName() + " cannot be " + done, why);
  }

  private static StringBuilder text(List<Json.Obj> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.toText()).append('\n'));
    return text;
  }

  private void replace(Path cwd, String sessionId, CharSequence text) {
    Path file = file(cwd, sessionId);
    try {
      Files.createDirectories(file.getParent());
      Path unfinished = file.resolveSibling(sessionId + ".jsonl.part");
      Files.writeString(unfinished, text);
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      throw unusable(file, "written", unwritable);
    }
  }

  private static Json.Obj line(Line line, Path cwd, String sessionId, String parent, String uuid, Instant said) {
    Json.Obj message = switch (line.role) {
      case USER -> Json.object("role", "user", "content", line.content);
      case ASSISTANT -> Json.object("id", "msg_" + uuid.replace("-", ""), "type", "message", "role", "assistant",
          "model", "<synthetic>", "content", line.content,
          "usage", Json.object("input_tokens", 0, "output_tokens", 0));
    };
    return Json.object("parentUuid", parent, "isSidechain", false, "type", line.role.name().toLowerCase(Locale.ROOT),
        "message", message, "uuid", uuid, "timestamp", said.toString(), "sessionId", sessionId,
        "cwd", cwd.toString());
  }

  /** Without this line an open call is filled with an error on resume; one is enough for several calls. */
  private static Json.Obj deferred(OpenCall call, Path cwd, String sessionId, String parent, String uuid,
      Instant said) {
    return Json.object("parentUuid", parent, "isSidechain", false, "type", "attachment",
        "attachment", Json.object("type", "hook_deferred_tool", "toolUseID", call.id, "toolName", call.name,
            "toolInput", call.input, "hookName", "settings", "hookEvent", "PreToolUse",
            "permissionMode", "default"),
        "uuid", uuid, "timestamp", said.toString(), "sessionId", sessionId, "cwd", cwd.toString());
  }

  /** The same line beside a line of the CLI's own. */
  static Json.Obj deferred(OpenCall call, Json.Obj beside, String parent) {
    return deferred(call, Path.of(beside.string("cwd").orElse("")), beside.string("sessionId").orElse(""), parent,
        UUID.randomUUID().toString(), Instant.parse(beside.string("timestamp").orElseThrow()));
  }
}
