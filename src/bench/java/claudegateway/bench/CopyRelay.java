package claudegateway.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The least that a Java program between a CLI and its client can be, as a yardstick for {@link Relay}: for each
 * connection a CLI and two threads that copy bytes, without a look at what they say but for the answer's end. A
 * program of its own, as the gateway is. A request's body is a line for the CLI, the answer is what the CLI prints.
 */
final class CopyRelay implements AutoCloseable {
  private static final int PIECE_MAX = 8 << 10;
  private static final int STACK_BYTES = 256 << 10;
  private static final long STOP_MAX_SECONDS = 30;

  /** What a client reads as one answer: how long it is nobody knows. */
  private static final byte[] HEAD = EventReader.ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  private static final byte[] LINE_END = EventReader.ascii("\r\n");
  private static final byte[] END = EventReader.ascii("0\r\n\r\n");

  private final Process process;
  private final Client client;

  private CopyRelay(Process process, Client client) {
    this.process = process;
    this.client = client;
  }

  /** Starts the program with the options that the gateway's JVM has. */
  static CopyRelay start(BareCli.Setting setting) {
    List<String> command = Stream.of(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
        List.of(System.getProperty("claudegateway.bench.jvm").split(" ")),
        List.of("-cp", System.getProperty("java.class.path"), CopyRelay.class.getName(), setting.binary().toString(),
            setting.model())).flatMap(List::stream).toList();
    ProcessBuilder builder = new ProcessBuilder(command).directory(setting.folder().toFile())
        .redirectError(Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(setting.environment());
    try {
      Process started = builder.start();
      return new CopyRelay(started, new Client(Integer.parseInt(started.inputReader().readLine())));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Speaker talk() {
    Connection connection = client.connect();
    return (prompt, listener) -> {
      Answer answer = new Answer(listener);
      byte[] request = Client.post("/", BareCli.userLine(prompt));
      answer.asked();
      connection.send(request, new CliLines(answer));
      return answer;
    };
  }

  ProcessHandle jvm() {
    return process.toHandle();
  }

  @Override
  public void close() throws InterruptedException {
    client.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroy();
    if (!process.waitFor(STOP_MAX_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** The program. Arguments: the CLI, the model. Says its port. */
  public static void main(String[] arguments) throws IOException {
    ServerSocket server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
    System.out.println(server.getLocalPort());
    while (true) {
      Socket client = server.accept();
      client.setTcpNoDelay(true);
      Process cli = new ProcessBuilder(BareCli.command(arguments[0], List.of("--input-format", "stream-json"),
          arguments[1])).redirectError(Redirect.DISCARD).start();
      thread(() -> ask(client.getInputStream(), cli.getOutputStream()));
      thread(() -> answer(cli.getInputStream(), client.getOutputStream()));
    }
  }

  private interface Copying {
    void run() throws IOException;
  }

  private static void thread(Copying copying) {
    Thread.ofPlatform().stackSize(STACK_BYTES).start(() -> {
      try {
        copying.run();
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    });
  }

  private static void ask(InputStream client, OutputStream cli) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int length = 0;
    int read = client.read();
    while (read >= 0) {
      line.write(read);
      if (read == '\n') {
        String header = line.toString(StandardCharsets.US_ASCII).strip().toLowerCase(Locale.ROOT);
        line.reset();
        if (header.startsWith("content-length:")) {
          length = Integer.parseInt(header.substring("content-length:".length()).strip());
        } else if (header.isEmpty()) {
          cli.write(client.readNBytes(length));
          cli.flush();
        }
      }
      read = client.read();
    }
  }

  /** Whole lines, as many as there are. */
  private static void answer(InputStream cli, OutputStream client) throws IOException {
    byte[] bytes = new byte[PIECE_MAX];
    int begun = 0;
    boolean answering = false;
    int count = cli.read(bytes);
    while (count >= 0) {
      int whole = begun + count;
      while (whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
      }
      if (whole > 0) {
        boolean last = BareCli.find(bytes, 0, whole, BareCli.RESULT) >= 0;
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(whole + HEAD.length + 32);
        if (!answering) {
          chunk.writeBytes(HEAD);
        }
        chunk.writeBytes(EventReader.ascii(Integer.toHexString(whole)));
        chunk.writeBytes(LINE_END);
        chunk.write(bytes, 0, whole);
        chunk.writeBytes(LINE_END);
        if (last) {
          chunk.writeBytes(END);
        }
        answering = !last;
        client.write(chunk.toByteArray());
      }
      begun += count - whole;
      System.arraycopy(bytes, whole, bytes, 0, begun);
      count = cli.read(bytes, begun, bytes.length - begun);
    }
  }
}
