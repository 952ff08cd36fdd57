package claudegateway.api;

import claudegateway.project.ProjectView;
import claudegateway.http.Exchange;
import claudegateway.json.Json;
import claudegateway.openai.Fields;

/** {@code /v1/projects}. */
final class ProjectsResource {
  /** UTF-16 units of any text; {@code Projects} knows the narrower bounds. */
  private static final int TEXT_MAX = 10_000;

  private final Services services;

  ProjectsResource(Services services) {
    this.services = services;
  }

  Json list(Exchange exchange) {
    ClientProfile profile = profile(exchange);
    Paging paging = Paging.of(exchange, profile.pageSize());
    return paging.list("projects",
        services.projects().page(paging.limit(), paging.offset(), ChatCompletions.caller(exchange)),
        project -> json(project, profile));
  }

  Json create(Exchange exchange) {
    ClientProfile profile = profile(exchange);
    Fields body = Fields.parse(exchange.body());
    body.requiredName("name", TEXT_MAX);
    ProjectView made = services.projects()
        .create(draft(body), profile.remapsPaths(), ChatCompletions.caller(exchange));
    services.sessions().expect(made.id(), ChatCompletions.caller(exchange));
    return json(made, profile);
  }

  Json get(Exchange exchange) {
    return json(services.projects().get(id(exchange), ChatCompletions.caller(exchange)), profile(exchange));
  }

  Json change(Exchange exchange) {
    ClientProfile profile = profile(exchange);
    return json(services.projects().change(id(exchange), draft(Fields.parse(exchange.body())),
        profile.remapsPaths(), ChatCompletions.caller(exchange)), profile);
  }

  Json delete(Exchange exchange) {
    boolean removed = services.projects().delete(id(exchange), ChatCompletions.caller(exchange));
    return Json.object("project_id", id(exchange), "status", "deleted", "success", true,
        "message", removed ? "Project and its folder deleted" : "Project deleted; its folder was kept");
  }

  private static ProjectView.Draft draft(Fields body) {
    return new ProjectView.Draft(
        body.string("name"),
        body.string("path"),
        body.string("description"),
        body.string("language"),
        body.string("framework"),
        body.object("metadata").map(Fields::object));
  }

  private static Json.Obj json(ProjectView project, ClientProfile profile) {
    return Json.object(
        "id", project.id(),
        "object", "project",
        "name", project.name(),
        "description", project.description(),
        "path", project.path(),
        "created_at", profile.date(project.createdAt()),
        "updated_at", profile.date(project.updatedAt()),
        "is_active", true,
        "language", project.language().orElse(null),
        "framework", project.framework().orElse(null),
        "file_count", project.fileCount(),
        "session_count", project.sessionCount(),
        "metadata", project.metadata());
  }

  private ClientProfile profile(Exchange exchange) {
    return ClientProfile.of(exchange, services.settings());
  }

  private static String id(Exchange exchange) {
    return exchange.pathParameter("project_id");
  }
}
