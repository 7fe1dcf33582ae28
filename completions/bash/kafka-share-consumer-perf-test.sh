# Made by `python -m kafkacli.options.generate`: change the option tables instead.
. "${BASH_SOURCE[0]%/*}/kafkacli"
