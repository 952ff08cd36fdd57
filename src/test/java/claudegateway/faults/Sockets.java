package claudegateway.faults;

import claudegateway.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that do to a connection what no library would. */
final class Sockets {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

  private Sockets() {}

  static Socket open(int port) throws IOException {
    return open(port, 0);
  }

  /** @param receiveBytes what the client's kernel takes in unread; 0 = as it likes */
  static Socket open(int port, int receiveBytes) throws IOException {
    Socket socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), (int) CONNECT_MAX.toMillis());
    return socket;
  }

  static byte[] request(String session, String prompt) {
    return request("HTTP/1.1", Talk.ask(session, prompt).with("stream", Json.of(true)));
  }

  static byte[] request(String protocol, Json.Obj json) {
    byte[] body = json.toBytes();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(("POST /v1/chat/completions " + protocol + "\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** Reads until a text has come; false when the connection ended before. */
  static boolean await(Socket socket, String text) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder seen = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      seen.append((char) c);
      if (c == text.charAt(text.length() - 1) && seen.toString().endsWith(text)) {
        return true;
      }
    }
    return false;
  }

  /** All that comes until the end, the timeout, or so many bytes. */
  static String read(Socket socket, int bytesMax) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0 && all.size() < bytesMax; n = in.read(buffer)) {
        all.write(buffer, 0, n);
      }
    } catch (IOException resetOrSilent) {
      return all.toString(StandardCharsets.ISO_8859_1);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** The status of an answer; 0 when there was none. */
  static int status(String answer) {
    Matcher status = STATUS.matcher(answer);
    return status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
  }
}
