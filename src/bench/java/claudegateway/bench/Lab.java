package claudegateway.bench;

import claudegateway.FakeCli;
import claudegateway.HermeticHome;
import claudegateway.demo.MessagesStub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Everything that a measurement needs around it: a throwaway home, the stub model, gateways, bare CLIs. */
final class Lab implements AutoCloseable {
  /** A model that both CLI versions know. */
  static final String MODEL = "claude-sonnet-4-5-20250929";

  private final Options options;
  private final HermeticHome home = HermeticHome.create();
  private final PacedModel model = new PacedModel();
  private final MessagesStub stub = MessagesStub.start(model);
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private int gateways;

  Lab(Options options) {
    this.options = options;
  }

  /** As the CLI itself tells. */
  String claudeVersion() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(options.claude().toString(), "--version").redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(home.environment(stub.baseUrl()));
    Process process = builder.start();
    process.getOutputStream().close();
    String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(options.claude() + " does not run: " + version);
    }
    return version;
  }

  boolean quick() {
    return options.quick();
  }

  /** One number for a full run, another for a quick one. */
  int pick(int full, int quick) {
    return quick() ? quick : full;
  }

  PacedModel model() {
    return model;
  }

  /** A folder for one gateway's data. */
  Path freshData() {
    return home.root().resolve("data" + ++gateways);
  }

  /** With the CLI that is measured. */
  GatewayProcess gateway(String... more) throws InterruptedException {
    return gateway(options.claude(), freshData(), Map.of(), more);
  }

  /** With the fake CLI, which costs next to nothing and can be had by the hundred. */
  GatewayProcess fakeGateway(Path data, String... more) throws InterruptedException {
    return gateway(FakeCli.binary(), data, Map.of(), more);
  }

  GatewayProcess gateway(Path claude, Path data, Map<String, String> variables, String... more)
      throws InterruptedException {
    Map<String, String> environment = home.environment(stub.baseUrl());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    String gatewayOptions = System.getenv("BENCH_GATEWAY_JAVA_OPTIONS");
    if (gatewayOptions != null) {
      environment.put("JDK_JAVA_OPTIONS", gatewayOptions);
    }
    environment.putAll(variables);
    List<String> arguments = new ArrayList<>(List.of("--claude", claude.toString(), "--data-dir", data.toString(),
        "--default-model", MODEL));
    arguments.addAll(List.of(more));
    return keep(GatewayProcess.start(options.root(), environment, home.root().resolve(data.getFileName() + ".log"),
        arguments));
  }

  /** A CLI without a gateway, the one that is measured. */
  BareCli bare() {
    return keep(BareCli.live(bareSetting()));
  }

  BareCli.Setting bareSetting() {
    return new BareCli.Setting(options.claude(), home.work(), home.environment(stub.baseUrl()), MODEL);
  }

  /** One whose host has a function. */
  BareToolRound bareTools() {
    BareCli.Setting setting = bareSetting();
    setting.environment().put("ENABLE_TOOL_SEARCH", "false");
    return keep(new BareToolRound(setting));
  }

  BareCli bareFake() {
    return keep(BareCli.live(fakeSetting()));
  }

  /** A program between fake CLIs and its clients that only copies. */
  CopyRelay copyRelay() {
    return keep(CopyRelay.start(fakeSetting()));
  }

  private BareCli.Setting fakeSetting() {
    return new BareCli.Setting(FakeCli.binary(), home.work(), home.environment(stub.baseUrl()), MODEL);
  }

  /** Closed with the lab, if not before. */
  <T extends AutoCloseable> T keep(T resource) {
    open.push(resource);
    return resource;
  }

  /** Closes it now. */
  void close(AutoCloseable resource) {
    open.remove(resource);
    closeOne(resource);
  }

  private static void closeOne(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception failed) {
      throw new IllegalStateException("cannot end " + resource, failed);
    }
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      closeOne(open.pop());
    }
    stub.close();
    home.close();
  }
}
