// `glasshouse read` alone, without the server: for work on recognition, where linking the whole program is a
// wait.
#include "app/read_command.h"

int main(int argc, char** argv) {
  return glasshouse::app::run_read({argv + 1, argv + argc});
}
