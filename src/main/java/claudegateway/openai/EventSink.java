package claudegateway.openai;

import java.io.IOException;

/**
 * Where a stream goes: each call is one whole SSE event with its blank line, to be written and flushed at
 * once. The bytes are the caller's again when the call returns. IOException means that the client is gone.
 */
public interface EventSink {
  void event(byte[] bytes, int offset, int length) throws IOException;

  /** The last event, to be written together with the end of the body. */
  void last(byte[] bytes, int offset, int length) throws IOException;
}
