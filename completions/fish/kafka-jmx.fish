# Made by `python -m kafkacli.options.generate`: change the option tables instead.
source (status dirname)/kafkacli.fish
