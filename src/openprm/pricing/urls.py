"""Where the pages of price books are."""

portal: list[object] = []
console: list[object] = []
