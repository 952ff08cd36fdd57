package claudegateway.demo;

import claudegateway.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where the events of an answer go, in the order of the Messages API's stream. */
interface EventSink {
  /** @param data its {@code type} is the event's name; throws when the peer has gone */
  void event(Json.Obj data) throws IOException;

  /** Server-sent events, each its own write and flush. */
  static EventSink sse(OutputStream out) {
    return data -> {
      String head = "event: " + data.string("type").orElseThrow() + "\ndata: ";
      byte[] json = data.toBytes();
      byte[] name = head.getBytes(StandardCharsets.US_ASCII);
      byte[] event = new byte[name.length + json.length + 2];
      System.arraycopy(name, 0, event, 0, name.length);
      System.arraycopy(json, 0, event, name.length, json.length);
      event[event.length - 2] = '\n';
      event[event.length - 1] = '\n';
      out.write(event);
      out.flush();
    };
  }
}
