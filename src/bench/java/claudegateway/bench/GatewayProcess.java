package claudegateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway as users run it, by {@code bin/start}, in a process of its own. */
final class GatewayProcess implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration STOP_MAX = Duration.ofSeconds(30);
  private static final Pattern READY = Pattern.compile("is ready: http://localhost:(\\d+)");

  private final Process process;
  private final Path output;
  private final Client client;
  private final int port;
  private final long bannerNanos;
  private final long healthNanos;

  private GatewayProcess(Process process, Path output, long begunNanos) throws InterruptedException {
    this.process = process;
    this.output = output;
    this.port = awaitBanner();
    this.bannerNanos = System.nanoTime() - begunNanos;
    awaitHealth();
    this.healthNanos = System.nanoTime() - begunNanos;
    this.client = new Client(port);
  }

  /**
   * Returns when it answers.
   *
   * @param environment all that it and its CLIs see
   * @param output where its stdout and stderr go
   */
  static GatewayProcess start(Path root, Map<String, String> environment, Path output, List<String> arguments)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("bin/start").toString(), "--port", "0",
        "--rate-limit-requests-per-minute", "0"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Files.deleteIfExists(output);
      long begun = System.nanoTime();
      return new GatewayProcess(builder.start(), output, begun);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private int awaitBanner() throws InterruptedException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      Matcher ready = READY.matcher(said());
      if (ready.find()) {
        return Integer.parseInt(ready.group(1));
      }
      Thread.sleep(1);
    }
    process.destroyForcibly();
    throw new IllegalStateException("the gateway did not start: " + said());
  }

  private String said() {
    try {
      return Files.exists(output) ? Files.readString(output) : "";
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void awaitHealth() throws InterruptedException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < deadline) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        socket.getOutputStream().write(Client.get("/health"));
        byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        if (new String(head, StandardCharsets.US_ASCII).endsWith("200")) {
          return;
        }
      } catch (IOException notYet) {
        Thread.sleep(1);
      }
    }
    throw new IllegalStateException("the gateway is not healthy: " + said());
  }

  Connection connect() {
    return client.connect();
  }

  Connection connect(int receiveBuffer) {
    return client.connect(receiveBuffer);
  }

  Talk talk(Talk.Kind kind) {
    return new Talk(connect(), kind);
  }

  /** From before the command to the line that says where it listens. */
  double bannerMillis() {
    return bannerNanos / 1e6;
  }

  /** From before the command to the first 200. */
  double healthMillis() {
    return healthNanos / 1e6;
  }

  /** The JVM: bin/start becomes it, or on a terminal waits for it. */
  ProcessHandle jvm() {
    boolean shell = process.info().command().filter(command -> command.endsWith("bash")).isPresent();
    Optional<ProcessHandle> child = process.children().findFirst();
    return shell && child.isPresent() ? child.get() : process.toHandle();
  }

  long children() {
    return jvm().children().count();
  }

  /** Lets it end by itself, so that its database is closed. */
  void stop() throws InterruptedException {
    client.close();
    process.destroy();
    if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new IllegalStateException("the gateway did not stop: " + said());
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException hurry) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
