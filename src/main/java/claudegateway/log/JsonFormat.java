package claudegateway.log;

import claudegateway.http.AccessRecord;
import claudegateway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/** One JSON object a line; a request's figures are fields of their own. */
final class JsonFormat extends Formatter {
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,14})(\\.\\d{1,9})?");

  @Override
  public String format(LogRecord record) {
    JsonWriter line = new JsonWriter().begin()
        .field("time", record.getInstant().toString())
        .field("level", Logs.name(record.getLevel()))
        .field("logger", String.valueOf(record.getLoggerName()))
        .field("message", formatMessage(record));
    if (record.getParameters() != null && record.getParameters().length == 1
        && record.getParameters()[0] instanceof AccessRecord request) {
      fields(line, request);
    }
    if (record.getThrown() != null) {
      line.field("error", record.getThrown().toString()).field("trace", TextFormat.trace(record.getThrown()));
    }
    return new String(line.end().toBytes(), StandardCharsets.UTF_8) + "\n";
  }

  private static void fields(JsonWriter line, AccessRecord request) {
    line.field("request_id", request.requestId())
        .field("method", request.method())
        .field("path", request.path())
        .field("route", request.route())
        .field("status", request.status())
        .field("cut", request.cut())
        .field("bytes", request.bytes())
        .field("first_byte_ms", request.firstByte().toMillis())
        .field("total_ms", request.total().toMillis())
        .field("key", request.principal())
        .field("peer", request.peer());
    request.notes().forEach((name, value) -> {
      if (NUMBER.matcher(value).matches()) {
        line.name(name).raw(value.getBytes(StandardCharsets.US_ASCII));
      } else {
        line.field(name, value);
      }
    });
  }
}
