# What packages of R make of our tables and files: texts in, one text out, all CSV.
# Calls as documented by sdcTable 0.34, GaussSuppression 1.2 and sdcMicro 5.8.

needed <- function(package) {
  if (!requireNamespace(package, quietly = TRUE)) {
    stop(paste0("no-package:", package), call. = FALSE)
  }
}

table_in <- function(text) {
  utils::read.csv(
    text = text, colClasses = "character", check.names = FALSE, na.strings = character()
  )
}

table_out <- function(frame) {
  lines <- utils::capture.output(utils::write.csv(frame, row.names = FALSE))
  paste(lines, collapse = "\n")
}

# Per dimension its codes from the total down, as many @ before a code as it is deep.
trees_in <- function(text) {
  lines <- table_in(text)
  own <- split(lines[c("levels", "codes")], factor(lines$dimension, unique(lines$dimension)))
  lapply(own, function(tree) {
    rownames(tree) <- NULL
    tree
  })
}

counts_in <- function(text) {
  cells <- table_in(text)
  cells$value <- as.integer(cells$value)
  cells
}

# cells: the innermost cells, a column per dimension, and value. most: the largest count
# that is hidden; zeros: whether a zero is too.
GaussSuppression <- function(cells, trees, most, zeros) {
  needed("GaussSuppression")
  trees <- trees_in(trees)
  found <- GaussSuppression::SuppressSmallCounts(
    data = counts_in(cells), maxN = as.integer(most), freqVar = "value",
    hierarchies = trees, protectZeros = zeros == "yes", printInc = FALSE
  )
  status <- ifelse(found$primary, "u", ifelse(found$suppressed, "x", "s"))
  table_out(data.frame(found[names(trees)], status = status, check.names = FALSE))
}

sdcTable <- function(cells, trees, most, zeros) {
  needed("sdcTable")
  trees <- trees_in(trees)
  cells <- counts_in(cells)
  problem <- sdcTable::makeProblem(cells, dimList = trees, freqVarInd = "value")
  problem <- sdcTable::primarySuppression(
    problem, type = "freq", maxN = as.integer(most), allowZeros = zeros == "yes"
  )
  safe <- sdcTable::protectTable(problem, method = "SIMPLEHEURISTIC")
  found <- as.data.frame(sdcTable::getInfo(safe, type = "finalData"))
  table_out(data.frame(found[names(trees)], status = found$sdcStatus, check.names = FALSE))
}

# keys: a column of numbers per key variable, a row per person.
sdcMicro <- function(keys) {
  needed("sdcMicro")
  persons <- table_in(keys)
  persons[] <- lapply(persons, as.numeric)
  alike <- sdcMicro::freqCalc(persons, keyVars = names(persons))$fk
  suda <- sdcMicro::suda2(persons, variables = names(persons))$score
  table_out(data.frame(alike = alike, suda = suda))
}
