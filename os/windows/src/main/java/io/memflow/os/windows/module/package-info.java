/** Programs, libraries and drivers: the lists of loaders, and what is mapped without being on them. */
package io.memflow.os.windows.module;
