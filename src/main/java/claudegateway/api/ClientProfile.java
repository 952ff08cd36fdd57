package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.json.Json;
import claudegateway.openai.AnswerOptions;
import claudegateway.openai.ParsedRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What the asking client needs differently. The iOS app decodes dates as numbers, sends its calls twice,
 * knows only paths of its own machine, cannot page, loses long or ordinary-looking stream events, and gives
 * up on a silent answer after 30 s; each of these is one method here.
 *
 * @param appRequest a call of the app's API client, which names itself
 * @param appStream such a call, or one of the app's streams, which carry only the system's own agent or go to
 *     its doubled path
 */
record ClientProfile(boolean appRequest, boolean appStream, boolean datesAreNumbers) {
  /** Where the app's dates begin: 2001-01-01T00:00:00Z. Seconds since 1970. */
  private static final long REFERENCE_DATE = 978_307_200;

  private static final int PAGE_SIZE = 20;

  /** The app shows the first page only. */
  private static final int APP_PAGE_SIZE = Paging.SIZE_MAX;

  /** The app's client gives up after 30 s without a byte. */
  private static final Duration APP_PATIENCE = Duration.ofSeconds(12);

  /** The app sends a timed-out call again after 2 to 4 s: until then nobody interrupts its turn. */
  private static final Duration APP_COMES_BACK = Duration.ofSeconds(10);

  static ClientProfile of(Exchange exchange, Settings settings) {
    String agent = exchange.header("User-Agent").orElse("");
    boolean request = exchange.header("X-Client-Platform").filter("ios"::equalsIgnoreCase).isPresent()
        || agent.startsWith("ClaudeCode-iOS/");
    boolean stream = request || exchange.doubledPrefix()
        || (agent.contains("CFNetwork/") && agent.contains("Darwin/"));
    boolean numbers = switch (exchange.header("X-Date-Format").orElse("").toLowerCase(Locale.ROOT)) {
      case "iso8601" -> false;
      case "reference" -> true;
      default -> request && !settings.appDatesAreIso();
    };
    return new ClientProfile(request, stream, numbers);
  }

  /** ISO 8601 in UTC and whole seconds, or the app's number: seconds since 2001. */
  Json date(Instant time) {
    return datesAreNumbers
        ? Json.of(time.toEpochMilli() / 1000.0 - REFERENCE_DATE)
        : Json.of(time.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Items of a list when the client does not say how many. */
  int pageSize() {
    return appRequest ? APP_PAGE_SIZE : PAGE_SIZE;
  }

  /** Whether a path that is none here stands for a folder of that name. */
  boolean remapsPaths() {
    return appRequest;
  }

  /** Whether each call comes twice and means once. */
  boolean doubles() {
    return appRequest;
  }

  /** Without the constants that the app sends and nobody chose. */
  ParsedRequest adapt(ParsedRequest request) {
    return appStream ? request.withoutAppConstants() : request;
  }

  AnswerOptions answer(ParsedRequest request) {
    return request.answer(appStream);
  }

  /** Silence after which white space is sent before a whole answer, each time; zero = never. */
  Duration patience() {
    return appRequest ? APP_PATIENCE : Duration.ZERO;
  }

  /** How long a whole answer is awaited on behalf of a client that has left. */
  Duration comesBack() {
    return appRequest ? APP_COMES_BACK : Duration.ZERO;
  }
}
