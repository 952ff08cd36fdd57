package claudegateway.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends exactly what it is told, one connection long. */
public final class RawClient implements AutoCloseable {
  private static final int READ_TIMEOUT_MILLIS = 10_000;

  final Socket socket;
  final InputStream in;

  /** An answer; header names in lower case, the last value of each. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.ofLiteral("127.0.0.1"), port));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One request on a connection of its own. Header lines end with \r\n. */
  static Answer ask(Server server, String method, String target, String headerLines) throws IOException {
    return ask(server, method, target, headerLines, "");
  }

  static Answer ask(Server server, String method, String target, String headerLines, String body)
      throws IOException {
    return ask(server.port(), method, target, headerLines, body);
  }

  public static Answer ask(int port, String method, String target, String headerLines, String body)
      throws IOException {
    try (RawClient client = new RawClient(port)) {
      return client.send(method, target, headerLines, body).read(method);
    }
  }

  RawClient send(String method, String target, String headerLines, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean host = ("\n" + headerLines).toLowerCase(Locale.ROOT).contains("\nhost:");
    boolean length = headerLines.toLowerCase(Locale.ROOT).contains("transfer-encoding:");
    write(method + " " + target + " HTTP/1.1\r\n"
        + (host ? "" : "Host: localhost\r\n")
        + (bytes.length == 0 || length ? "" : "Content-Length: " + bytes.length + "\r\n")
        + headerLines + "\r\n");
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawClient write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Answer read(String method) throws IOException {
    String[] statusLine = line().split(" ", 3);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(statusLine[1]);
    return new Answer(status, headers, body(method, status, headers));
  }

  private byte[] body(String method, int status, Map<String, String> headers) throws IOException {
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return new byte[0];
    }
    if (headers.containsKey("content-length")) {
      return in.readNBytes(Integer.parseInt(headers.get("content-length")));
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      all.writeBytes(chunk.getBytes(StandardCharsets.ISO_8859_1));
    }
    return all.toByteArray();
  }

  /** The next chunk of a chunked body; "" for its end. */
  String chunk() throws IOException {
    int size = Integer.parseInt(line(), 16);
    String chunk = new String(in.readNBytes(size), StandardCharsets.ISO_8859_1);
    line();
    return chunk;
  }

  /** Skips the head of an answer. */
  RawClient skipHead() throws IOException {
    while (!line().isEmpty()) {
      continue;
    }
    return this;
  }

  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
