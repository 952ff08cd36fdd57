package claudegateway.http;

import java.time.Duration;

/**
 * Every bound of the room.
 *
 * @param bodyMax bytes of one request body; more is a 413
 * @param bodiesMax bytes of all request bodies held at once, each until its exchange ends; more is a 503
 * @param targetMax characters of path and query; more is a 414
 * @param headersMax bytes of all request headers; more is a 431
 * @param callsMax exchanges at once; connections with one more are closed
 * @param headTime from the first byte of a request (or of the TLS handshake) to its last header line
 * @param bodyIdle the longest silence within a body; then 408
 * @param bodyTime for a whole body; then 408
 * @param writeStall how long one write (at most {@link ResponseStream#PIECE_MAX} bytes) may wait for the
 *     client
 * @param drainMax bytes of an unread body that are still read after a refusal, so that the client can read it
 * @param drainTime for that reading
 */
public record HttpLimits(
    int bodyMax,
    long bodiesMax,
    int targetMax,
    int headersMax,
    int callsMax,
    Duration headTime,
    Duration bodyIdle,
    Duration bodyTime,
    Duration writeStall,
    long drainMax,
    Duration drainTime) {

  public static final HttpLimits DEFAULT = new HttpLimits(
      32 << 20,
      256L << 20,
      16 << 10,
      64 << 10,
      4_000,
      Duration.ofSeconds(20),
      Duration.ofSeconds(30),
      Duration.ofSeconds(240),
      Duration.ofSeconds(30),
      64L << 20,
      Duration.ofSeconds(10));

  public HttpLimits withBodyMax(int bytes) {
    return new HttpLimits(bytes, bodiesMax, targetMax, headersMax, callsMax, headTime, bodyIdle, bodyTime,
        writeStall, drainMax, drainTime);
  }

  public HttpLimits withWriteStall(Duration time) {
    return new HttpLimits(bodyMax, bodiesMax, targetMax, headersMax, callsMax, headTime, bodyIdle, bodyTime,
        time, drainMax, drainTime);
  }
}
