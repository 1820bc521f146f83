/** Reading images in memory of which pages are missing, shared by the parsers. */
package io.memflow.formats.pages;
