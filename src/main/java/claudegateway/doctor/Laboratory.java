package claudegateway.doctor;

import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.Launch;
import claudegateway.claude.Transcripts;
import claudegateway.demo.Conversation;
import claudegateway.demo.MessagesStub;
import claudegateway.demo.Received;
import claudegateway.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A home in which the CLI finds nobody's login, and a stub instead of the model's API. */
final class Laboratory implements AutoCloseable {
  static final int RETRIES = 1;

  /** Any model of the catalogue that takes sampling parameters. */
  private static final String MODEL = "claude-sonnet-4-5-20250929";

  private final Path folder;
  private final PlainModel model = new PlainModel();
  private final MessagesStub stub = MessagesStub.start(model);
  private final ClaudeLauncher launcher;
  private final Path work;

  /** @param folder empty, to be deleted by the caller @param path PATH of the CLI */
  Laboratory(Path binary, String version, Path folder, String path) throws IOException {
    this.folder = folder;
    this.work = Files.createDirectories(folder.resolve("work"));
    Map<String, String> environment = new HashMap<>(Map.of(
        "HOME", Files.createDirectories(folder.resolve("home")).toString(),
        "TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString(),
        "PATH", path, "ANTHROPIC_API_KEY", "none", "ANTHROPIC_BASE_URL", stub.baseUrl().toString(),
        "DISABLE_TELEMETRY", "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1", "IS_SANDBOX", "1"));
    launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(binary, version,
        ClaudeEnvironment.of(environment, Set.of(), RETRIES), "acceptEdits", List.of(), false,
        folder.resolve("run")));
  }

  Path folder() {
    return folder;
  }

  PlainModel model() {
    return model;
  }

  Transcripts transcripts() {
    return launcher.transcripts();
  }

  Launch launch(Launch.Origin origin) {
    return new Launch(new Launch.Profile(work, MODEL, true), UUID.randomUUID().toString(), origin);
  }

  Examined start(Launch launch) {
    return new Examined(launcher, launch);
  }

  Examined startIn(Path project) {
    return start(new Launch(new Launch.Profile(project, MODEL, true), UUID.randomUUID().toString(),
        new Launch.Origin.Fresh()));
  }

  Examined fresh() {
    return start(launch(new Launch.Origin.Fresh()));
  }

  Examined initialized() throws InterruptedException {
    Examined cli = fresh();
    try {
      cli.initialize();
      return cli;
    } catch (RuntimeException | InterruptedException failed) {
      cli.close();
      throw failed;
    }
  }

  /** Requests of the conversation; the CLI may ask for a title or such besides. */
  private List<Received> conversations() {
    return stub.received().stream().filter(request -> request.path().equals("/v1/messages"))
        .filter(request -> !request.tools().isEmpty()).toList();
  }

  int requests() {
    return conversations().size();
  }

  Received lastRequest() {
    List<Received> all = conversations();
    Unlike.unless(!all.isEmpty(), "the model was never asked");
    return all.getLast();
  }

  String lastPrompt() {
    return lastRequest().conversation().lastPrompt().map(Conversation.Said::lastText).orElse("");
  }

  /** The CLI's own word on who pays: never a secret. */
  static String login(Json.Obj initialized) {
    Json.Obj account = initialized.object("account").orElse(Json.Obj.EMPTY);
    return account.string("subscriptionType").map(plan -> "subscription " + plan)
        .or(() -> account.string("apiKeySource").filter(source -> !source.equals("none"))
            .map(source -> "API key from " + source))
        .or(() -> account.string("tokenSource").filter(source -> !source.equals("none"))
            .map(source -> "token from " + source))
        .or(() -> account.string("apiProvider").filter(provider -> !provider.equals("firstParty")))
        .orElse("");
  }

  @Override
  public void close() {
    launcher.close();
    stub.close();
  }
}
