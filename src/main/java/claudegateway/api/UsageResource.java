package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.json.Json;
import claudegateway.openai.Fields;
import claudegateway.store.TimeRange;
import claudegateway.store.UsageSum;
import claudegateway.store.UsageSums;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** {@code /v1/usage}: tokens and cost as Claude Code reported them. Days are UTC. */
final class UsageResource {
  /** The last days that are listed one by one. */
  private static final int DAYS_MAX = 366;

  private final Services services;

  UsageResource(Services services) {
    this.services = services;
  }

  Json statistics(Exchange exchange) {
    ClientProfile profile = ClientProfile.of(exchange, services.settings());
    Optional<Instant> from = time(exchange, "start_date", 0);
    Optional<Instant> to = time(exchange, "end_date", 1);
    TimeRange range = new TimeRange(from.map(Instant::toEpochMilli).orElse(TimeRange.ALL.from()),
        to.map(Instant::toEpochMilli).orElse(TimeRange.ALL.to()));
    String owner = ChatCompletions.caller(exchange).owner();
    record Sums(UsageSum total, List<UsageSum> models, List<UsageSum> projects, List<UsageSum> days) {}
    Sums sums = services.database().read(sql -> new Sums(UsageSums.total(sql, owner, range),
        UsageSums.byModel(sql, owner, range), UsageSums.byProject(sql, owner, range),
        UsageSums.byDay(sql, owner, range)));
    UsageSum total = sums.total;
    return Json.object(
        "total_tokens", total.usage().total(),
        "total_cost", total.usage().cost(),
        "sessions_count", total.sessions(),
        "turns_count", total.turns(),
        "average_tokens_per_session",
        total.sessions() == 0 ? 0.0 : (double) total.usage().total() / total.sessions(),
        "period_start", from.map(profile::date).orElse(Json.Null.NULL),
        "period_end", to.map(profile::date).orElse(Json.Null.NULL),
        "by_model", Json.Arr.of(sums.models, sum -> json("model", sum)),
        "by_project", Json.Arr.of(sums.projects, sum -> json("project_id", sum)),
        "by_day", Json.Arr.of(sums.days.subList(Math.max(0, sums.days.size() - DAYS_MAX), sums.days.size()),
            sum -> json("day", sum)));
  }

  /** Checks what a client reports, and says that it does not count. */
  Json track(Exchange exchange) {
    Fields body = Fields.parse(exchange.body());
    body.requiredObject("usage");
    services.sessions().get(body.requiredName("session_id", 200), ChatCompletions.caller(exchange));
    return Json.object("success", true,
        "message", "Usage is taken from Claude Code's own figures; nothing was added");
  }

  private static Json.Obj json(String key, UsageSum sum) {
    return Json.object(key, sum.key(),
        "sessions", sum.sessions(),
        "turns", sum.turns(),
        "input_tokens", sum.usage().input() + sum.usage().cacheRead() + sum.usage().cacheCreation(),
        "cached_tokens", sum.usage().cacheRead(),
        "output_tokens", sum.usage().output(),
        "reasoning_tokens", sum.usage().reasoning(),
        "total_tokens", sum.usage().total(),
        "total_cost", sum.usage().cost());
  }

  /** @param days to add to a day without a time, so that an end includes its day */
  private static Optional<Instant> time(Exchange exchange, String name, int days) {
    return exchange.query(name).map(String::strip).filter(text -> !text.isEmpty()).map(text -> {
      try {
        return text.contains("T") ? Instant.parse(text)
            : LocalDate.parse(text).plusDays(days).atStartOfDay(ZoneOffset.UTC).toInstant();
      } catch (DateTimeException unreadable) {
        throw HttpError.badRequest(name, "'" + name
            + "' must be a time as 2026-01-31T00:00:00Z or a day as 2026-01-31");
      }
    });
  }
}
