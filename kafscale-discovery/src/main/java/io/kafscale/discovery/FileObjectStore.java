package io.kafscale.discovery;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A directory as an object store: a file's key is its path from there, with {@code /} between the names.
 *
 * <p>An ETag is made of the file's size, its time of modification and, where the file system has one, its identity
 * (inode). Writers should therefore make a file under another name and rename it: a file rewritten in place within one
 * tick of the file system's clock, to the same size, looks unchanged.
 *
 * <p><b>Not shown:</b> files whose name begins with a dot, so that writers can name unfinished ones that way (folders may
 * begin with one, as topics may); symbolic links, wherever they lead. The directory itself may be reached by a link. A
 * key that would lead out of the directory is refused. An empty folder is shown by a delimited listing, which S3 would not
 * do.
 *
 * <p>Thread safe. Nothing stays open between calls.
 */
public final class FileObjectStore implements ObjectStore {

    /** How many files and folders a listing's page holds, as with S3. */
    public static final int DEFAULT_PAGE_SIZE = 1000;

    // The JDK reads into an array by way of a native buffer as large as the request, and keeps one for each thread.
    private static final int READ_AT_ONCE = 256 * 1024;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Path root;
    private final int pageSize;

    private FileObjectStore(Path root, int pageSize) {
        this.root = root;
        this.pageSize = pageSize;
    }

    /**
     * Opens a directory.
     *
     * @param directory the one in which the namespaces lie
     * @throws IOException when there is no such directory
     */
    public static FileObjectStore open(Path directory) throws IOException {
        return open(directory, DEFAULT_PAGE_SIZE);
    }

    /**
     * Opens a directory.
     *
     * @param pageSize how many files and folders a listing's page holds at most, 1 or more
     * @throws IOException when there is no such directory
     */
    public static FileObjectStore open(Path directory, int pageSize) throws IOException {
        if (pageSize < 1) {
            throw new IllegalArgumentException("a page of " + pageSize + " keys");
        }
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory.toAbsolutePath()
                    + " is not a directory; create it, or name the one that holds the namespaces");
        }
        return new FileObjectStore(directory.toRealPath(), pageSize);
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        String prefix = request.prefix();
        String directoryKey = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        Path directory = directoryKey.isEmpty() ? root : resolve(directoryKey.substring(0, directoryKey.length() - 1));
        String mark = request.continuation();
        String after = mark != null ? mark : request.startAfter();
        List<ObjectEntry> objects = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        try {
            if (!isShown(directory)) {
                return new ListPage(objects, folders, null);
            }
            DirectoryWalk walk = new DirectoryWalk(directory, directoryKey, prefix, after, request.delimited());
            DirectoryWalk.Step step = walk.next();
            String last = after;
            while (step != null) {
                if (objects.size() + folders.size() == pageSize) {
                    return new ListPage(objects, folders, request.continued(last));
                }
                last = step.key();
                if (step.file() == null) {
                    folders.add(last);
                } else {
                    objects.add(entry(last, step.file()));
                }
                step = walk.next();
            }
            return new ListPage(objects, folders, null);
        } catch (IOException e) {
            throw new IOException("cannot list " + locate(prefix) + ": " + reason(e), e);
        }
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, target.length);
        if (position < 0 || position > object.size() - length) {
            throw new IOException("%s has %d bytes, not %d from %d on"
                    .formatted(locate(object.key()), object.size(), length, position));
        }
        Path path = resolve(object.key());
        int done = 0;
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (done < length) {
                ByteBuffer part = ByteBuffer.wrap(target, at + done, Math.min(length - done, READ_AT_ONCE));
                int read = file.read(part, position + done);
                if (read < 0) {
                    break;
                }
                done += read;
            }
            // Afterwards, since a file that was replaced or written to while it was read must not pass either.
            checkUnchanged(object, path);
        } catch (ObjectChangedException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new ObjectChangedException(locate(object.key()), "gone");
        } catch (ClosedByInterruptException e) {
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while reading " + locate(object.key()));
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw new IOException("cannot read " + locate(object.key()) + ": " + reason(e), e);
        }
        if (done < length) {
            throw new IOException(
                    locate(object.key()) + " ends at byte " + (position + done) + ", its size is " + object.size());
        }
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        if (object.size() > Integer.MAX_VALUE - 8) {
            throw new IOException(locate(object.key()) + " has " + object.size()
                    + " bytes, too many for one array; read it in ranges");
        }
        byte[] content = new byte[(int) object.size()];
        readRange(object, 0, content, 0, content.length);
        return content;
    }

    @Override
    public void read(ObjectEntry object, byte[] target) throws IOException {
        Objects.checkFromIndexSize(0L, object.size(), target.length);
        readRange(object, 0, target, 0, (int) object.size());
    }

    @Override
    public @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        int slash = key.lastIndexOf('/');
        if (key.startsWith(".", slash + 1)) {
            return null;
        }
        Path path = resolve(key);
        try {
            if (!isShown(slash < 0 ? root : resolve(key.substring(0, slash)))) {
                return null;
            }
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!file.isRegularFile()) {
                return null;
            }
            ObjectEntry entry = entry(key, file);
            boolean wanted = mostBytes > 0 && entry.size() <= mostBytes;
            return new FoundObject(entry, wanted ? read(entry) : null);
        } catch (NoSuchFileException | ObjectChangedException e) {
            return null;
        } catch (IOException e) {
            throw new IOException("cannot look for " + locate(key) + ": " + reason(e), e);
        }
    }

    /** A tenth of a second: to look at a directory costs next to nothing. */
    @Override
    public Duration pollInterval() {
        return POLL_INTERVAL;
    }

    /** The directory's path. */
    @Override
    public String describe() {
        return root.toString();
    }

    /** The file's path, which need not exist; refused when it is not exactly this key's. */
    private Path resolve(String key) throws IOException {
        try {
            Path path = root.resolve(key);
            // There and back: absolute paths, "..", ".", empty names and foreign separators come back as another key.
            if (!key.isEmpty()
                    && path.startsWith(root)
                    && path.normalize().equals(path)
                    && keyOf(path).equals(key)) {
                return path;
            }
            throw refused(key, null);
        } catch (InvalidPathException e) {
            throw refused(key, e);
        }
    }

    private IOException refused(String key, @Nullable InvalidPathException cause) {
        return new IOException("\"" + key + "\" cannot be the key of a file in " + root, cause);
    }

    private String keyOf(Path path) {
        StringJoiner key = new StringJoiner("/");
        root.relativize(path).forEach(name -> key.add(name.toString()));
        return key.toString();
    }

    /** Whether the directory is there, and no symbolic link on the way to it. */
    private boolean isShown(Path directory) throws IOException {
        try {
            return directory.toRealPath().equals(directory);
        } catch (NoSuchFileException e) {
            if (!Files.isDirectory(root)) {
                throw e;
            }
            return false;
        }
    }

    private void checkUnchanged(ObjectEntry listed, Path path) throws IOException {
        if (!path.toRealPath().equals(path)) {
            throw new IOException("a symbolic link is on the way, and links are not followed");
        }
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!etag(found).equals(listed.etag())) {
            throw new ObjectChangedException(locate(listed.key()), "another file, or written to");
        }
    }

    private String locate(String key) {
        return describe() + "/" + key;
    }

    private static ObjectEntry entry(String key, BasicFileAttributes file) {
        return new ObjectEntry(
                key, file.size(), etag(file), file.lastModifiedTime().toInstant());
    }

    private static String etag(BasicFileAttributes file) {
        return Long.toHexString(file.size())
                + "-" + Long.toHexString(file.lastModifiedTime().to(TimeUnit.NANOSECONDS))
                + "-" + Integer.toHexString(Objects.hashCode(file.fileKey()));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        return e instanceof NoSuchFileException gone ? gone.getFile() + " is gone" : String.valueOf(e.getMessage());
    }
}
