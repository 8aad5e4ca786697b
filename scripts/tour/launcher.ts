/** `npm start` as the tour runs it: should the tour die without a word, everything that it started stops as well. */
import './stop-with-parent.js'
import '../start.js'
