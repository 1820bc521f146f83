package io.memflow.core.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input device and the keys that are held down on it. A field that could not be read is null and named in the
 * provenance.
 *
 * @param address virtual address of the structure that describes it; null from a system that does not show it
 * @param name what its driver calls it
 * @param place where it is connected
 * @param bus number of the kind of bus
 * @param vendor of the device
 * @param product of the device
 * @param version of the device
 * @param keys how many keys and buttons it has
 * @param pressed those that are held down, ascending by code
 */
public record InputDeviceInfo(
        @Nullable Long address,
        @Nullable String name,
        @Nullable String place,
        @Nullable Integer bus,
        @Nullable Integer vendor,
        @Nullable Integer product,
        @Nullable Integer version,
        @Nullable Integer keys,
        List<PressedKey> pressed,
        Provenance provenance)
        implements Row {
    public InputDeviceInfo {
        pressed = List.copyOf(pressed);
    }

    /**
     * A key that is held down.
     *
     * @param code the system's number for it
     * @param name the system's name for it; its number in hexadecimal when this program does not know it
     */
    public record PressedKey(int code, String name) {}
}
