package claudegateway.chat;

import claudegateway.claude.ClaudeException;
import claudegateway.claude.Launch.Profile;
import claudegateway.claude.ModelCatalogue;
import claudegateway.claude.Transcripts;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.pool.ProcessPool;
import claudegateway.pool.Spare;
import claudegateway.store.Database;
import claudegateway.store.MessageRow;
import claudegateway.store.Messages;
import claudegateway.store.SessionFilter;
import claudegateway.store.SessionRow;
import claudegateway.store.SessionRow.Origin;
import claudegateway.store.SessionRow.Transcript;
import claudegateway.store.SessionStats;
import claudegateway.store.StoreException;
import claudegateway.store.TokenUsage;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/** Stored conversations: made, listed, changed, deleted. Throws ChatException (SESSION_NOT_FOUND) by id. */
public final class Sessions {
  /** A deleted session's process may take that long to go before its transcript is deleted. */
  private static final Duration END_MAX = Duration.ofSeconds(5);

  /** Rows that are dropped in one transaction, which others' wait for. */
  private static final int DROPPED_AT_ONCE = 200;

  private static final System.Logger LOG = System.getLogger(Sessions.class.getName());

  private final Database database;
  private final Folders folders;
  private final AtomicReference<ModelCatalogue> models;
  private final LiveSessions live;
  private final ProcessPool pool;

  Sessions(Database database, Folders folders, AtomicReference<ModelCatalogue> models, LiveSessions live,
      ProcessPool pool) {
    this.database = database;
    this.folders = folders;
    this.models = models;
    this.live = live;
    this.pool = pool;
  }

  /** A conversation in this project is likely to begin soon: a process is started for it ahead. */
  public void expect(String projectId, Caller caller) {
    pool.spares().expect(new Profile(folders.folder(projectId, caller), models.get().defaultModel().id(), true));
  }

  /** Makes a named session and warms a process for it in the background. */
  public SessionView create(SessionView.Draft draft, Caller caller) {
    String project = draft.projectId().orElse(Folders.DEFAULT);
    String model = draft.model().orElseGet(() -> models.get().defaultModel().id());
    Path folder = folders.folder(project, caller);
    Profile profile = new Profile(folder, model, true);
    var spare = pool.spares().take(profile);
    String id = spare.map(process -> process.sessionId()).orElseGet(() -> UUID.randomUUID().toString());
    long now = System.currentTimeMillis();
    SessionRow row = new SessionRow(id, project, caller.owner(), draft.title().orElse("Session " + id.substring(0, 8)),
        model, draft.system(), Origin.NAMED, draft.metadata().orElse(Json.Obj.EMPTY).toText(), Transcript.WHOLE,
        Optional.empty(), Optional.empty(), now, now);
    try {
      stored(database.write(sql -> {
        claudegateway.store.Sessions.insert(sql, row);
        return null;
      }));
    } catch (RuntimeException refused) {
      // Nobody else knows of it.
      spare.ifPresent(process -> process.close(false));
      throw refused;
    }
    LiveSession session = live.open(row, folder);
    spare.ifPresentOrElse(session::warm, () -> warmLater(session, profile));
    return view(row, SessionStats.NONE);
  }

  /** In the background, and only when nobody else waits for a start. */
  private void warmLater(LiveSession session, Profile profile) {
    Thread.ofVirtual().start(() -> {
      if (session.claimForUpkeep()) {
        try {
          pool.startSpare(profile, session.id()).map(Spare::process).ifPresent(session::warm);
        } catch (ClaudeException failed) {
          LOG.log(Level.WARNING, "no process could be started for session {0}: {1}", session.id(),
              failed.getMessage());
        } finally {
          session.release();
        }
      }
    });
  }

  public SessionView get(String id, Caller caller) {
    return database.read(sql -> {
      SessionRow row = claudegateway.store.Sessions.find(sql, id).filter(found -> caller.maySee(found.owner()))
          .orElseThrow(() -> Conversations.unknownSession(id));
      return view(row, claudegateway.store.Sessions.stats(sql, List.of(id)).getOrDefault(id, SessionStats.NONE));
    });
  }

  /** Newest first. History sessions (see SessionView.origin) only when asked for. */
  public SessionView.Page<SessionView> page(
      Optional<String> projectId, boolean withHistory, int limit, long offset, Caller caller) {
    SessionFilter filter = new SessionFilter(caller.owner(), projectId,
        withHistory ? Optional.empty() : Optional.of(Origin.NAMED));
    return database.read(sql -> {
      List<SessionRow> rows = claudegateway.store.Sessions.page(sql, filter, limit, (int) offset);
      var stats = claudegateway.store.Sessions.stats(sql, rows.stream().map(SessionRow::id).toList());
      List<SessionView> views = new ArrayList<>();
      rows.forEach(row -> views.add(view(row, stats.getOrDefault(row.id(), SessionStats.NONE))));
      return new SessionView.Page<>(views, claudegateway.store.Sessions.count(sql, filter));
    });
  }

  public SessionView change(String id, SessionView.Draft draft, Caller caller) {
    SessionRow row = row(id, caller);
    SessionRow changed = new SessionRow(row.id(), row.projectId(), row.owner(), draft.title().orElse(row.title()),
        draft.model().orElse(row.model()), draft.system().or(row::systemPrompt), Origin.NAMED,
        draft.metadata().map(Json::toText).orElse(row.metadata()), row.transcript(), row.transcriptMark(),
        row.parentId(), row.createdAt(), System.currentTimeMillis());
    stored(database.write(sql -> claudegateway.store.Sessions.update(sql, changed)));
    live.find(id).ifPresent(session -> session.row(changed));
    return get(id, caller);
  }

  /** Ends its process, deletes its rows and the transcript that we caused. */
  public void delete(String id, Caller caller) {
    SessionRow row = row(id, caller);
    live.find(id).ifPresent(this::end);
    stored(database.write(sql -> claudegateway.store.Sessions.delete(sql, id)));
    deleteTranscript(row);
  }

  private void end(LiveSession session) {
    session.delete();
    session.running().ifPresent(relay ->
        relay.fail(Failure.of(Failure.Kind.TURN_INTERRUPTED, "The session was deleted.")));
    var process = session.agent().map(Agent::process).or(session::warm);
    process.ifPresent(alive -> {
      alive.close(session.isClaimed());
      try {
        alive.exited().get(END_MAX.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException stays) {
        alive.kill();
      } catch (java.util.concurrent.ExecutionException impossible) {
        throw new IllegalStateException(impossible);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    });
    live.remove(session);
  }

  private void deleteTranscript(SessionRow row) {
    Transcripts transcripts = pool.launcher().transcripts();
    transcripts.delete(folders.folder(row.projectId(), new Caller(row.owner())), row.id());
  }

  /** Drops what clients without session ids left behind, with its transcripts; called now and then. */
  void dropOldHistories(Duration kept) {
    long before = System.currentTimeMillis() - kept.toMillis();
    List<SessionRow> dropped;
    do {
      dropped = stored(database.write(
          sql -> claudegateway.store.Sessions.deleteHistoriesBefore(sql, before, DROPPED_AT_ONCE)));
      dropped.forEach(this::forget);
    } while (dropped.size() == DROPPED_AT_ONCE);
  }

  private void forget(SessionRow row) {
    try {
      live.find(row.id()).ifPresent(this::end);
      deleteTranscript(row);
    } catch (RuntimeException stays) {
      // The others' go all the same.
      LOG.log(Level.WARNING, "the transcript of session " + row.id() + ", which was dropped, stays", stays);
    }
  }

  /** In order; a turn's usage is its last message's. */
  public SessionView.Page<SessionView.StoredMessage> messages(String id, int limit, long offset, Caller caller) {
    row(id, caller);
    return database.read(sql -> {
      List<SessionView.StoredMessage> messages = new ArrayList<>();
      List<MessageRow> rows = Messages.ofSession(sql, id, limit, (int) offset);
      Map<Long, TokenUsage> usage = Messages.usage(sql, rows);
      for (MessageRow message : rows) {
        messages.add(new SessionView.StoredMessage(message.id(),
            Blocks.fromRow(message),
            Instant.ofEpochMilli(message.createdAt()),
            Usage.of(usage.getOrDefault(message.id(), TokenUsage.NONE))));
      }
      return new SessionView.Page<>(messages, Messages.count(sql, id));
    });
  }

  /** Ids of the sessions that hold a process now. */
  public List<String> live() {
    return live.all().stream().filter(LiveSession::hasProcess).map(LiveSession::id).toList();
  }

  private SessionRow row(String id, Caller caller) {
    return database.read(sql -> claudegateway.store.Sessions.find(sql, id))
        .filter(found -> caller.maySee(found.owner())).orElseThrow(() -> Conversations.unknownSession(id));
  }

  private SessionView view(SessionRow row, SessionStats stats) {
    Optional<LiveSession> session = live.find(row.id());
    return new SessionView(row.id(), row.projectId(), row.title(), row.model(), row.systemPrompt(),
        row.origin() == Origin.NAMED ? "named" : "history", (Json.Obj) JsonReader.parse(row.metadata()),
        Instant.ofEpochMilli(row.createdAt()), Instant.ofEpochMilli(row.updatedAt()), stats.messages(),
        stats.usage().input() + stats.usage().cacheRead() + stats.usage().cacheCreation(), stats.usage().output(),
        stats.usage().cost(), session.filter(LiveSession::isBusy).isPresent(),
        session.filter(LiveSession::hasProcess).isPresent());
  }

  private static <T> T stored(java.util.concurrent.CompletableFuture<T> write) {
    try {
      return write.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof StoreException known ? known : failed;
    }
  }
}
