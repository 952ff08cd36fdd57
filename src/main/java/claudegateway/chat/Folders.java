package claudegateway.chat;

import java.nio.file.Path;

/** Where a project's agent works; see {@link Projects#folder}. */
public interface Folders {
  /** A real path. Throws ChatException for an id that is no project's and can't become one. */
  Path folder(String projectId, Caller caller);
}
