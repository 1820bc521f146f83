package io.memflow.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;

/**
 * Loads the parsers, the libraries that read TOML and JSON for two of them, and the targets once more, with a counter in each loop and
 * method (see {@link Steps}). Everything else comes from the loader of this class.
 */
final class CountingLoader extends ClassLoader {
    private static final String[] COUNTED = {
        "io.memflow.core.", "io.memflow.formats.", "io.memflow.os.", "io.memflow.fuzz.target.", "tools.jackson."
    };

    CountingLoader() {
        super("counting", CountingLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        for (String prefix : COUNTED) {
            if (name.startsWith(prefix)) {
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }
        }
        return super.loadClass(name, resolve);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] counted = counted(bytes(name));
        return defineClass(name, counted, 0, counted.length);
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "Class " + name + " could not be read; build the modules again.", unreadable);
        }
    }

    private static byte[] counted(byte[] plain) {
        ClassFile file = ClassFile.of();
        return file.transformClass(
                file.parse(plain),
                ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(StepInsertion::new)));
    }
}
