package claudegateway.bench;

import claudegateway.HermeticHome;
import claudegateway.demo.MessagesStub;
import claudegateway.demo.ScriptedModel;
import claudegateway.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Records the corpus of {@link TokenizerSpeed} anew: what the CLI prints while an agent works on this project's own
 * sources, thinks, runs commands, reads and writes files, and tells of it. Not run by the benchmark.
 */
final class Recorder {
  private static final int SAID_CHARACTERS = 2_500;
  private static final int TURNS = 6;

  private Recorder() {}

  /** Arguments: the CLI, the project's folder, the file to write. */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[1]).toRealPath();
    try (HermeticHome home = HermeticHome.create(); MessagesStub stub = MessagesStub.start(new ScriptedModel())) {
      Path lines = home.root().resolve("lines.jsonl");
      ProcessBuilder builder = new ProcessBuilder(arguments[0], "-p", "--input-format", "stream-json",
          "--output-format", "stream-json", "--verbose", "--include-partial-messages",
          "--model", Lab.MODEL, "--permission-mode", "bypassPermissions", "--dangerously-skip-permissions")
          .directory(home.work().toFile()).redirectError(Redirect.INHERIT).redirectOutput(lines.toFile());
      builder.environment().clear();
      builder.environment().putAll(home.environment(stub.baseUrl()));
      Process cli = builder.start();
      List<Path> sources = sources(root);
      String prose = Files.readString(root.resolve("README.md"));
      try (OutputStream stdin = cli.getOutputStream()) {
        for (int turn = 0; turn < TURNS; turn++) {
          stdin.write(line(prompt(turn, prose, sources)));
          stdin.flush();
          awaitResults(lines, turn + 1);
        }
      }
      cli.waitFor();
      String recorded = Files.readString(lines).replace(home.root().toString(), "/home/user")
          .replace(root.toString(), "/home/user/project");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[2])))) {
        out.write(recorded.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The largest first. */
  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root.resolve("src/main/java"))) {
      return new ArrayList<>(all.filter(file -> file.toString().endsWith(".java"))
          .sorted(Comparator.comparing((Path file) -> file.toFile().length()).reversed()).toList());
    }
  }

  private static String prompt(int turn, String prose, List<Path> sources) {
    int from = turn * SAID_CHARACTERS % (prose.length() - SAID_CHARACTERS);
    Path one = sources.get(2 * turn);
    Path other = sources.get(2 * turn + 1);
    return "#think 40\n#say " + said(prose, from, 200) + "\n#bash ls -l " + one.getParent() + "\n#then\n#read " + one
        + "\n#then\n#say " + said(prose, from + 200, 300) + "\n#bash cat " + other
        + "\n#then\n#write note" + turn + ".md " + Json.of(prose.substring(from, from + 1_000)).toText()
        + "\n#then\n#say " + said(prose, from, SAID_CHARACTERS);
  }

  private static String said(String prose, int from, int length) {
    return Json.of(prose.substring(from, from + length)).toText();
  }

  private static byte[] line(String prompt) {
    return (Json.object("type", "user", "message", Json.object("role", "user", "content", prompt),
        "parent_tool_use_id", null).toText() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void awaitResults(Path lines, int count) throws IOException, InterruptedException {
    while (Files.readString(lines).split("\"type\":\"result\"", -1).length - 1 < count) {
      Thread.sleep(100);
    }
  }
}
