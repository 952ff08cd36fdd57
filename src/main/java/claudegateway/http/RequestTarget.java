package claudegateway.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Path and query of a request line, read leniently: clients join base and path carelessly.
 *
 * <p>{@code //} counts as {@code /}, one or more {@code /} at the end as none, and {@code /v1/v1/…} as
 * {@code /v1/…} (a base URL that had its {@code /v1} already).
 *
 * @param segments of the path, decoded; none for {@code /}
 * @param doubledPrefix whether the path began with {@code /v1/v1}
 * @param query raw, without the question mark; "" when there is none
 */
record RequestTarget(List<String> segments, boolean doubledPrefix, String query) {
  static final RequestTarget NONE = new RequestTarget(List.of(), false, "");

  private static final String PREFIX = "v1";

  /** @throws HttpError 400 when an escape does not give UTF-8 text */
  static RequestTarget parse(String target) {
    int from = pathStart(target);
    int end = endOf(target, from, "?#");
    List<String> segments = new ArrayList<>();
    for (int start = from; start < end; ) {
      int slash = target.indexOf('/', start);
      int stop = slash < 0 || slash > end ? end : slash;
      if (stop > start) {
        segments.add(decode(target.substring(start, stop), false));
      }
      start = stop + 1;
    }
    boolean doubled = segments.size() > 2 && segments.get(0).equals(PREFIX) && segments.get(1).equals(PREFIX);
    String query = end < target.length() && target.charAt(end) == '?'
        ? target.substring(end + 1, endOf(target, end, "#"))
        : "";
    return new RequestTarget(doubled ? segments.subList(1, segments.size()) : segments, doubled, query);
  }

  /** The path as it is understood, decoded. */
  String path() {
    return "/" + String.join("/", segments);
  }

  /** First value of each parameter; {@code +} is a space. */
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!name.isEmpty()) {
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.putIfAbsent(decode(name, true), decode(value, true));
      }
    }
    return parameters;
  }

  /** Behind {@code http://host} of the absolute form, RFC 9112 §3.2.2. */
  private static int pathStart(String target) {
    if (target.startsWith("/")) {
      return 0;
    }
    int authority = target.indexOf("://");
    return authority < 0 ? 0 : endOf(target, authority + 3, "/?#");
  }

  private static int endOf(String target, int from, String stops) {
    for (int i = from; i < target.length(); i++) {
      if (stops.indexOf(target.charAt(i)) >= 0) {
        return i;
      }
    }
    return target.length();
  }

  private static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0) {
      return plusIsSpace ? text.replace('+', ' ') : text;
    }
    ByteBuffer bytes = ByteBuffer.allocate(3 * text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.put((byte) hex(text, i + 1));
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.put((byte) ' ');
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException invalid) {
      throw HttpError.badRequest("invalid_url", null, "The URL's percent-escapes are not valid UTF-8");
    }
  }

  private static int hex(String text, int at) {
    int high = at + 1 < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    int low = at + 1 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
    if (high < 0 || low < 0) {
      throw HttpError.badRequest("invalid_url", null, "The URL has a % that is no escape");
    }
    return high << 4 | low;
  }
}
