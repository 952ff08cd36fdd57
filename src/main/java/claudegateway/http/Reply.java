package claudegateway.http;

/**
 * A whole answer before it is sent.
 *
 * @param contentType "" for an answer without a body
 */
record Reply(int status, String contentType, byte[] body) {
  boolean isJson() {
    return contentType.startsWith("application/json");
  }
}
