package io.kafscale.testkit;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.io.TempDir;

class FileObjectStoreContractTest extends ObjectStoreContract {

    @TempDir
    Path temporary;

    private Path root;

    @Override
    protected ObjectStore openEmpty(int pageSize) throws IOException {
        root = Files.createTempDirectory(temporary, "store");
        return FileObjectStore.open(root, pageSize);
    }

    @Override
    protected void put(String key, byte[] content) throws IOException {
        Path file = root.resolve(key);
        Files.createDirectories(file.getParent());
        Path unfinished = Files.write(file.resolveSibling(".unfinished"), content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    protected void delete(String key) throws IOException {
        Files.delete(root.resolve(key));
    }
}
