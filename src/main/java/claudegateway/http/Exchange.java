package claudegateway.http;

import claudegateway.json.Json;
import com.sun.net.httpserver.HttpExchange;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One request and its answer. Belongs to the virtual thread that serves it; only {@link #clientGone} may be
 * asked from others.
 */
public final class Exchange {
  private static final String JSON = "application/json";

  private final HttpExchange jdk;
  private final HttpLimits limits;
  private final Wire wire;
  private final RequestTarget target;
  private final HttpError targetFault;
  private final RequestBody body;
  private final Response response;
  private final long startedAt = TimeLimit.now();
  private final List<ResponseStep> steps = new ArrayList<>(2);
  private Map<String, String> query;
  private String requestId = "";
  private String principal = "";
  private Route route;
  private Map<String, String> pathParameters = Map.of();
  private Map<String, String> notes = Map.of();
  private Runnable giveBackToken = () -> {};
  private ClientWatch.Registration registration;
  private volatile boolean clientGone;
  private boolean streams;

  /** What all exchanges of a server share. */
  record Wire(HttpLimits limits, ClientWatch clients, AtomicLong bodies, AtomicInteger streams, boolean tls) {}

  Exchange(HttpExchange jdk, TimeLimit limit, Wire wire) {
    this.jdk = jdk;
    this.wire = wire;
    this.limits = wire.limits();
    this.body = new RequestBody(jdk.getRequestBody(), announcedLength(jdk), limit, limits, wire.bodies());
    this.response = new Response(jdk, body, limit, limits);
    RequestTarget parsed = RequestTarget.NONE;
    HttpError fault = null;
    try {
      parsed = RequestTarget.parse(jdk.getRequestURI().toString());
    } catch (HttpError unreadable) {
      fault = unreadable;
    }
    this.target = parsed;
    this.targetFault = fault;
  }

  private static long announcedLength(HttpExchange jdk) {
    if (jdk.getRequestHeaders().containsKey("Transfer-Encoding")) {
      return -1;
    }
    String length = jdk.getRequestHeaders().getFirst("Content-Length");
    return length == null ? 0 : Long.parseLong(length);
  }

  // The request

  public String method() {
    return jdk.getRequestMethod();
  }

  /** Decoded, without doubled or trailing slashes and without a doubled {@code /v1}. */
  public String path() {
    return target.path();
  }

  /** The request's URL had {@code /v1/v1}. */
  public boolean doubledPrefix() {
    return target.doubledPrefix();
  }

  List<String> segments() {
    return target.segments();
  }

  /**
   * Why the URL can't be read; such a request stays one for {@code /} until {@link HeadLimits} refuses it.
   */
  Optional<HttpError> targetFault() {
    return Optional.ofNullable(targetFault);
  }

  /** Characters of path and query as they came. */
  int targetLength() {
    return jdk.getRequestURI().toString().length();
  }

  /** The decoded path segment that the route's pattern names; an unknown name is a programming error. */
  public String pathParameter(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  /** First value of the query parameter, decoded; "" for a name without a value. */
  public Optional<String> query(String name) {
    if (query == null) {
      query = target.parameters();
    }
    return Optional.ofNullable(query.get(name));
  }

  /**
   * A whole number from the query; {@code fallback} when it is missing or empty, the nearest bound when it is
   * outside; 400 when it is no number.
   */
  public int queryInt(String name, int fallback, int min, int max) {
    String text = query(name).orElse("").strip();
    if (text.isEmpty()) {
      return fallback;
    }
    if (!text.matches("[+-]?\\d{1,18}")) {
      throw HttpError.badRequest(name, "'" + name + "' must be a whole number from " + min + " to " + max);
    }
    return (int) Math.clamp(Long.parseLong(text), (long) min, (long) max);
  }

  /** Whether the query says so: {@code ?name}, {@code =true}, {@code =1} or {@code =yes}. */
  public boolean queryFlag(String name) {
    Optional<String> value = query(name).map(text -> text.toLowerCase(Locale.ROOT));
    return value.isPresent() && List.of("", "true", "1", "yes").contains(value.get());
  }

  /** First value of the header; names in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(jdk.getRequestHeaders().getFirst(name));
  }

  /** All values of the header. */
  public List<String> headers(String name) {
    return jdk.getRequestHeaders().getOrDefault(name, List.of());
  }

  HttpLimits limits() {
    return limits;
  }

  Map<String, List<String>> headers() {
    return jdk.getRequestHeaders();
  }

  /** {@code HTTP/1.1} or {@code HTTP/1.0}. */
  String protocol() {
    return jdk.getProtocol();
  }

  public boolean tls() {
    return wire.tls();
  }

  public InetSocketAddress remoteAddress() {
    return jdk.getRemoteAddress();
  }

  /** The client's own or one made for it; safe in logs and headers. */
  public String requestId() {
    return requestId;
  }

  void requestId(String id) {
    requestId = id;
  }

  /** Name of the API key that was presented; "" when no keys are configured or the route is open. */
  public String principal() {
    return principal;
  }

  void principal(String name) {
    principal = name;
  }

  /** Empty for an unknown path or method. */
  public Optional<Route> route() {
    return Optional.ofNullable(route);
  }

  void routed(Route found, Map<String, String> parameters) {
    route = found;
    pathParameters = parameters;
  }

  boolean hasBody() {
    return !body.isEmpty();
  }

  /**
   * The whole body, at most {@link HttpLimits#bodyMax} bytes; empty when there is none.
   *
   * @throws HttpError 413 when there is more
   * @throws ClientGoneException when it does not come to its end, or too slowly: then 408 has been answered
   */
  public byte[] body() {
    return body.read(() -> response.sendWhileReading(HttpError.bodyTooSlow(limits)));
  }

  // The answer

  /** Sets a header of the answer. Characters that a header can't carry become question marks. */
  public Exchange header(String name, String value) {
    response.header(name, value);
    return this;
  }

  /** Adds to a comma-separated header of the answer. */
  Exchange addToHeader(String name, String value) {
    response.addToHeader(name, value);
    return this;
  }

  public void json(int status, byte[] body) {
    send(status, JSON, body);
  }

  public void json(int status, Json body) {
    send(status, JSON, body.toBytes());
  }

  /** A whole answer of any type. */
  public void send(int status, String contentType, byte[] body) {
    Reply reply = new Reply(status, contentType, body);
    for (ResponseStep step : steps) {
      reply = step.apply(this, reply);
    }
    if (!reply.contentType().isEmpty()) {
      response.header("Content-Type", reply.contentType());
    }
    response.send(reply.status(), reply.body());
  }

  /** An answer without a body: 204, 304. */
  public void empty(int status) {
    response.send(status, new byte[0]);
  }

  /**
   * Server-sent events. The head waits for the first event (or {@link ResponseStream#begin}), so until then
   * an {@link HttpError} can still be thrown.
   */
  public EventStream eventStream() {
    header("Content-Type", "text/event-stream; charset=utf-8");
    header("Cache-Control", "no-cache");
    if (protocol().equals("HTTP/1.1") && !headers("Connection").contains("close")) {
      header("Connection", "keep-alive");
    }
    header("X-Accel-Buffering", "no");
    header("X-Content-Type-Options", "nosniff");
    countStream();
    return new EventStream(response, this::hasRoom);
  }

  /** TLS may have to read before it can write. */
  private boolean hasRoom() {
    return !wire.tls() && registration != null && registration.hasRoom();
  }

  /** A body that is written piece by piece. */
  public ResponseStream stream(int status, String contentType) {
    header("Content-Type", contentType);
    header("X-Accel-Buffering", "no");
    countStream();
    return new ResponseStream(response, status);
  }

  private void countStream() {
    if (!streams) {
      streams = true;
      wire.streams().incrementAndGet();
    }
  }

  /** Whether the head of an answer was sent. */
  public boolean responded() {
    return response.begun();
  }

  void onSend(ResponseStep step) {
    steps.add(step);
  }

  Response response() {
    return response;
  }

  long startedAt() {
    return startedAt;
  }

  // The client

  /**
   * Calls back once when the client closes its connection before the answer is complete. Noticed within a
   * second where {@link Server#watchesClients}; elsewhere never, only writes fail. Runs on the watching
   * thread: it must be quick and must not block.
   */
  public void onClientGone(Runnable callback) {
    if (registration != null) {
      throw new IllegalStateException("watched already");
    }
    registration = wire.clients().watch(jdk.getRemoteAddress(), jdk.getLocalAddress(), () -> {
      if (response.owed()) {
        clientGone = true;
        callback.run();
      }
    });
  }

  /** Whether the client is known to have left. Any thread. */
  public boolean clientGone() {
    return clientGone || response.broken();
  }

  /** This request does not count against its rate limit: it was answered from memory. */
  public void giveBackToken() {
    giveBackToken.run();
    giveBackToken = () -> {};
  }

  void onGiveBackToken(Runnable action) {
    giveBackToken = action;
  }

  /** A word for the request's line in the access log, for example the session's id. */
  public void note(String name, String value) {
    if (notes.isEmpty()) {
      notes = new LinkedHashMap<>();
    }
    notes.put(name, value);
  }

  Map<String, String> notes() {
    return notes;
  }

  /** Called when the handler has returned, whatever happened. */
  void release() {
    if (streams) {
      wire.streams().decrementAndGet();
    }
    if (registration != null) {
      registration.close();
    }
    body.release();
  }
}
