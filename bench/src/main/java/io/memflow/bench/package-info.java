/** Programs that measure the library on real images. */
package io.memflow.bench;
