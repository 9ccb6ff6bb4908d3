package io.connectorkit.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.table.MemoryTableFactory;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.factories.Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

    @TempDir
    Path folder;

    /** A class path with one more folder that declares {@code className}. */
    private URL jarThatDeclares(String name, String className) throws IOException {
        Path services = folder.resolve(name).resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(Factory.class.getName()), "# factories\n" + className + " # one\n");
        return folder.resolve(name).toUri().toURL();
    }

    private Doctor examine(URL... more) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(more, getClass().getClassLoader())) {
            return Doctor.examine(loader);
        }
    }

    @Test
    void listsTheFactoriesOfTheClassPath() throws IOException {
        Doctor doctor = examine();
        List<String> kinds = new ArrayList<>();
        for (Doctor.Found found : doctor.factories()) {
            if (found.className().equals(MemoryTableFactory.class.getName())) {
                assertThat(found.identifier()).isEqualTo("kit-memory");
                kinds.add(found.kind());
            }
        }
        assertThat(kinds).containsExactly("sink", "source");
        assertThat(doctor.problems()).isEmpty();
    }

    @Test
    void namesBothJarsThatClaimOneConnector() throws IOException {
        Doctor doctor = examine(jarThatDeclares("old-connector", MemoryTableFactory.class.getName()));
        assertThat(doctor.problems())
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("sink 'kit-memory' is claimed by " + MemoryTableFactory.class.getName() + " in ")
                        .contains(" in old-connector")
                        .endsWith("; keep one of the jars"))
                .hasSize(2);
    }

    @Test
    void saysWhichJarDeclaresAFactoryThatCannotBeLoaded() throws IOException {
        Doctor doctor = examine(jarThatDeclares("half", "com.example.Missing"));
        assertThat(doctor.problems())
                .containsExactly("com.example.Missing in half cannot be loaded: java.lang.ClassNotFoundException:"
                        + " com.example.Missing");
    }
}
