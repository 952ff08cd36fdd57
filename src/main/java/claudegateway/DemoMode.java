package claudegateway;

import claudegateway.demo.DemoModel;
import claudegateway.demo.MessagesStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The model behind {@code --demo}: the stub in this process, and a home in which the CLI finds nobody's login. */
final class DemoMode implements AutoCloseable {
  private static final Set<String> KEPT = Set.of("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "SHELL", "TERM");

  private final MessagesStub stub;
  private final Map<String, String> environment;

  private DemoMode(MessagesStub stub, Map<String, String> environment) {
    this.stub = stub;
    this.environment = environment;
  }

  /** @param given the program's environment, of which the CLI gets next to nothing */
  static DemoMode start(Path data, Map<String, String> given) throws IOException {
    Path home = Files.createDirectories(data.resolve("home"));
    MessagesStub stub = MessagesStub.start(new DemoModel());
    Map<String, String> environment = new HashMap<>();
    given.forEach((name, value) -> {
      if (KEPT.contains(name)) {
        environment.put(name, value);
      }
    });
    environment.putAll(Map.of("HOME", home.toString(), "ANTHROPIC_API_KEY", "demo",
        "ANTHROPIC_BASE_URL", stub.baseUrl().toString(), "DISABLE_TELEMETRY", "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1", "IS_SANDBOX", "1"));
    return new DemoMode(stub, Map.copyOf(environment));
  }

  Map<String, String> environment() {
    return environment;
  }

  @Override
  public void close() {
    stub.close();
  }
}
