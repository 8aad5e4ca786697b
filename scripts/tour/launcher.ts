/** `npm start` as the tour runs it: if the tour dies suddenly, everything it started stops too. */
import './stop-with-parent.js'
import '../start.js'
