package claudegateway.api;

import claudegateway.chat.Conversations;
import claudegateway.project.Projects;
import claudegateway.chat.Sessions;
import claudegateway.claude.ModelCatalogue;
import claudegateway.store.Database;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What the handlers stand on. @param models the catalogue as it is now */
public record Services(
    Conversations conversations,
    Sessions sessions,
    Projects projects,
    Supplier<ModelCatalogue> models,
    AgentFacts agent,
    Database database,
    Settings settings,
    InstantSource clock) {}
