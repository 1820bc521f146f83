/** What real guests and QEMU's monitor say of address translation, as the measure for the engine's own walk. */
package io.memflow.lab.translation;
